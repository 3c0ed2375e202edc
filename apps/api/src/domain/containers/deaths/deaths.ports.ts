import type { Death } from './death.js';

/** The last deaths of each container. They go with the container. */
export abstract class DeathArchive {
  /** Keeps this one and forgets all but the newest `KEPT_DEATHS`. A container that was removed meanwhile is no error. */
  abstract append(containerId: string, death: Death): Promise<void>;
  /** The newest last. */
  abstract read(containerId: string): Promise<Death[]>;
}
