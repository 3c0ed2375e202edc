import { binding } from './binding.js';
import { fromNative } from './errors.js';

/** A directory, or with `text` a file. */
export interface Entry {
  /** Absolute. */
  readonly path: string;
  /** Exact, whatever the umask. */
  readonly mode: number;
  /** uid and gid alike; the caller's own where not given. */
  readonly owner?: number;
  readonly text?: string;
}

/**
 * Makes directories and writes files in the order given, all in one job off the JavaScript thread. A file that exists is
 * overwritten, a directory that exists is an error, a symbolic link is never followed. Rejects with `RuntimeError` at the first
 * that fails; what was made before it stays.
 */
export async function writeEntries(entries: readonly Entry[]): Promise<void> {
  await binding()
    .writeEntries(entries)
    .catch((error: unknown) => {
      throw fromNative(error);
    });
}
