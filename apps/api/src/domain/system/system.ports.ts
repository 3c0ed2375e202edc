import type { Host, Instance } from './system.js';

/** Where the server runs and how it was set up. */
export abstract class SystemFacts {
  abstract readonly instance: Instance;
  /** Asked at every call: free space changes. */
  abstract host(): Promise<Host>;
}
