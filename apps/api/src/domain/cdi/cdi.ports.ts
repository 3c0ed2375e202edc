import type { CdiInventory } from './cdi.js';

/** The specs that vendors and administrators put on this host. */
export abstract class CdiSpecs {
  /** As they are at this moment. A file that is no spec is among the faults and hides no other. */
  abstract read(): Promise<CdiInventory>;
}
