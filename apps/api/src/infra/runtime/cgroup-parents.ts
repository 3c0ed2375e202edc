import { rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cgroupHierarchies } from './leftover-cgroup.js';

/**
 * The groups above containers: a start makes them, and the last container of a tenant takes them along. Only this process starts
 * containers below them, so counting its starts is enough to keep one from losing its parent between two steps.
 */
export class CgroupParents {
  private starts = 0;
  private hierarchies: readonly string[] = [];

  async open(): Promise<void> {
    this.hierarchies = await cgroupHierarchies();
  }

  /** Runs a start; parents stay while it lasts. */
  async during<T>(start: () => Promise<T>): Promise<T> {
    this.starts++;
    try {
      return await start();
    } finally {
      this.starts--;
    }
  }

  /** Removes what is empty above a container's group: the tenant's, then the instance's. The kernel refuses what is in use. */
  removeEmpty(cgroupPath: string): void {
    // Synchronous, so that no start begins in between; rmdir(2) of a group takes microseconds.
    if (this.starts > 0) return;
    for (const hierarchy of this.hierarchies) {
      for (let group = dirname(cgroupPath); group !== '/'; group = dirname(group)) {
        if (!tryRemove(join(hierarchy, group))) break;
      }
    }
  }
}

function tryRemove(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}
