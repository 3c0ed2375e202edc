import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Instance } from './server.js';

/** What SQLite's own check says of a copy of the database with its log, so that looking changes nothing; null: sound. */
export async function databaseDamage(instance: Instance): Promise<string | null> {
  const directory = await mkdtemp(join(tmpdir(), 'k-db-'));
  try {
    for (const name of ['keelson.db', 'keelson.db-wal'])
      await copyFile(join(instance.root, name), join(directory, name)).catch((error: NodeJS.ErrnoException) => {
        if (basename(name).endsWith('.db') || error.code !== 'ENOENT') throw error;
      });
    const database = new DatabaseSync(join(directory, 'keelson.db'));
    const found = database
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => String(row['integrity_check']));
    database.close();
    return found.join() === 'ok' ? null : found.join('; ');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
