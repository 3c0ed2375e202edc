import { closeSync, openSync } from 'node:fs';
import { isErrno } from '../../../errno.js';

/**
 * Makes a database's file, where it is missing, for its owner alone: the directory around it lets others pass, and SQLite would go by the umask. The
 * files beside it (-wal, -shm) get the mode of this one. A file that is there is not opened: closing it would free the locks that SQLite holds in this
 * process (fcntl_locking(2), "Record locks").
 */
export function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}
