import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { listParts, partName } from './parts.js';

/**
 * Removes everything from a log that nobody writes to; where a supervisor runs, ask it (`clearLog`). Numbers go on, so that a follower finds what
 * comes later.
 */
export async function clearLogFiles(directory: string): Promise<void> {
  const numbers = await listParts(directory);
  const newest = numbers.at(-1);
  if (newest === undefined) return;
  const empty = await open(join(directory, `${partName(newest + 1)}.log`), 'wx', 0o600);
  await empty.close();
  for (const number of numbers) {
    for (const suffix of ['log', 'log.zst', 'log.zst.tmp', 'idx']) await removeIfThere(join(directory, `${partName(number)}.${suffix}`));
  }
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
