import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** A thousand pages: what some thousand changes take before old events go. */
const BYTES = 4 * 1024 * 1024;

/**
 * Takes space for later changes, inside of the database's own files. On a disk that is full, stopping and removing are what makes room,
 * and they have to be written down first; space beside the database would be gone the moment it is given up, to whoever filled the disk.
 *
 * One large value goes in and out again. It leaves free pages in the database and a journal that long, which is written over from its
 * beginning after each checkpoint and never shortened (https://www.sqlite.org/wal.html, "Avoiding Excessively Large WAL Files").
 * Where there is no room for it, the database works on without.
 */
export function claimSpace(database: DatabaseSync, path: string): void {
  if (freeBytes(database) >= BYTES && journalBytes(path) >= BYTES) return;
  try {
    // The checkpoint between puts the pages into the database's file while they are still in use.
    database.exec(`CREATE TABLE keelson_space (filler BLOB);
      INSERT INTO keelson_space VALUES (zeroblob(${BYTES}));
      PRAGMA wal_checkpoint;`);
  } catch {
    // Full already.
  }
  database.exec('DROP TABLE IF EXISTS keelson_space');
}

function freeBytes(database: DatabaseSync): number {
  const { freelist_count: pages } = database.prepare('PRAGMA freelist_count').get() ?? {};
  const { page_size: size } = database.prepare('PRAGMA page_size').get() ?? {};
  return Number(pages) * Number(size);
}

/** There is none after the last connection was closed in good order. */
function journalBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
