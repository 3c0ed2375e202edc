import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const CHUNK_BYTES = 256 * 1024;

/** A blob of the store, to be read to the end or returned from. */
export async function openBlob(path: string): Promise<AsyncIterable<Buffer>> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  return file.createReadStream({ highWaterMark: CHUNK_BYTES });
}
