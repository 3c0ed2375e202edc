import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';

import { listParts, partName } from './parts.js';
import { FRAME_BYTES, SEEK_TABLE } from './zstd-part.js';

const compress = promisify(zstdCompress);
/** Four fifths of what level 3 saves on text, for half of its time. */
const OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Numbers of the parts that could be compressed: complete since `quietMs`, so that a log that rotates fast is not compressed only to be removed. */
export async function compressibleParts(directory: string, quietMs: number): Promise<number[]> {
  const numbers = (await listParts(directory)).slice(0, -1);
  const ready: number[] = [];
  for (const number of numbers) {
    const { mtimeMs } = await stat(plainPath(directory, number)).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < Date.now() - quietMs) ready.push(number);
  }
  return ready;
}

/**
 * Replaces a complete part by its compressed form. The writer may remove the part meanwhile: it removes the plain file first, so whoever of the
 * two comes second finds that and removes the compressed one too.
 */
export async function compressPart(directory: string, number: number, signal?: AbortSignal): Promise<void> {
  const compressed = `${plainPath(directory, number)}.zst`;
  const temporary = `${compressed}.tmp`;
  try {
    await writeCompressed(plainPath(directory, number), temporary, signal);
    await rename(temporary, compressed);
  } catch (error) {
    await remove(temporary);
    throw error;
  }
  if (!(await remove(plainPath(directory, number)))) await remove(compressed);
}

const plainPath = (directory: string, number: number) => join(directory, `${partName(number)}.log`);

async function writeCompressed(source: string, target: string, signal: AbortSignal | undefined): Promise<void> {
  await using input = await open(source, 'r');
  await using output = await open(target, 'w', 0o600);
  const table: Buffer[] = [];
  const chunk = Buffer.allocUnsafe(FRAME_BYTES);
  for (let position = 0; ; ) {
    signal?.throwIfAborted();
    const count = await readFully(input, chunk, position);
    if (count === 0) break;
    const frame = await compress(chunk.subarray(0, count), OPTIONS);
    await output.writeFile(frame);
    table.push(uint32s(frame.length, count));
    position += count;
  }
  await output.writeFile(seekTable(table));
  await output.sync();
}

async function readFully(file: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

function seekTable(entries: readonly Buffer[]): Buffer {
  const bytes = entries.length * SEEK_TABLE.ENTRY_BYTES + SEEK_TABLE.FOOTER_BYTES;
  return Buffer.concat([
    uint32s(SEEK_TABLE.SKIPPABLE_MAGIC, bytes),
    ...entries,
    uint32s(entries.length),
    Buffer.from([0]),
    uint32s(SEEK_TABLE.MAGIC),
  ]);
}

function uint32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4);
  return bytes;
}

/** False where there was nothing. */
async function remove(path: string): Promise<boolean> {
  return unlink(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
