import { HEADER_BYTES, isPlausible, LogDamagedError, MAX_PAYLOAD_BYTES } from './frames.js';
import type { LogPart } from './parts.js';

/** Damage that is longer is passed over by the index, which has an entry about every 64 KiB. */
const LONGEST_SEARCH_BYTES = 256 * 1024;
/** Bytes of a container may look like a header; so many in a row, each where the one before says, do not by chance. */
const IN_A_ROW = 3;
const FRAME_BYTES = HEADER_BYTES + MAX_PAYLOAD_BYTES;

/** The first offset from `from` on, before `limit`, at which whole frames stand one behind the other. Undefined: nothing to be seen near. */
export async function nextFrame(part: LogPart, from: number, limit: number): Promise<number | undefined> {
  const search = Math.min(limit - from, LONGEST_SEARCH_BYTES);
  if (search <= 0) return undefined;
  const bytes = await readUpTo(part, from, search + IN_A_ROW * FRAME_BYTES);
  const atEnd = bytes.length < search + IN_A_ROW * FRAME_BYTES;
  for (let at = 0; at < Math.min(search, bytes.length); at++) if (framesBegin(bytes, at, atEnd)) return from + at;
  return undefined;
}

/** Fewer than wanted will do where the last of them ends with the part. */
function framesBegin(bytes: Buffer, begin: number, atEnd: boolean): boolean {
  let at = begin;
  for (let count = 0; count < IN_A_ROW; count++) {
    if (at === bytes.length) return atEnd && count > 0;
    if (at + HEADER_BYTES > bytes.length || !isPlausible(bytes, at)) return false;
    at += HEADER_BYTES + bytes.readUInt32LE(at);
  }
  return true;
}

async function readUpTo(part: LogPart, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  try {
    while (filled < length) {
      const count = await part.read(bytes.subarray(filled), from + filled);
      if (count === 0) break;
      filled += count;
    }
  } catch (error) {
    // The next damage; what stands before it will do.
    if (!(error instanceof LogDamagedError)) throw error;
  }
  return bytes.subarray(0, filled);
}
