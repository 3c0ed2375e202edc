import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../config/startup-error.js';
import { createPrivately } from './sqlite/create-privately.js';

const BUSY = 5;

/**
 * Two servers on one state root would fight over its containers. The lock is SQLite's write lock on a file of its own:
 * the kernel frees it when the process ends, however that happens, and no stale lock file can keep a server out.
 */
export class InstanceLock {
  private constructor(private readonly file: DatabaseSync) {}

  /** Makes the root where it is missing. @throws StartupError where another server holds it. */
  static async take(root: string): Promise<InstanceLock> {
    await mkdir(root, { recursive: true, mode: 0o711 });
    const path = join(root, 'server.lock');
    createPrivately(path);
    const file = new DatabaseSync(path);
    try {
      file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (error) {
      file.close();
      if (error instanceof Error && 'errcode' in error && error.errcode === BUSY)
        throw new StartupError(`another Keelson server uses ${root}; stop it or set KEELSON_ROOT to another directory`);
      throw error;
    }
    return new InstanceLock(file);
  }

  release(): void {
    this.file.close();
  }
}
