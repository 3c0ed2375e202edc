import { type FileHandle, open } from 'node:fs/promises';

/** Numbers of elf(5). */
const [PT_LOAD, PT_DYNAMIC, DT_STRTAB, DT_SONAME] = [1, 2, 5, 14];
const MAX_HEADERS = 128;
const MAX_DYNAMIC_BYTES = 64 * 1024;
const MAX_NAME_BYTES = 255;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** The name by which programs ask for a library, its DT_SONAME; null for what has none or is no 64-bit library of this byte order. */
export async function readSoname(file: string): Promise<string | null> {
  const handle = await open(file, 'r');
  try {
    if (!(await handle.stat()).isFile()) return null;
    return await sonameIn(handle);
  } catch (error) {
    // A number of the file that leads nowhere: to the loader it would be no library either.
    if (error instanceof RangeError) return null;
    throw error;
  } finally {
    await handle.close();
  }
}

async function sonameIn(handle: FileHandle): Promise<string | null> {
  const header = await bytes(handle, 0, 64);
  if (header.length < 64 || header.toString('latin1', 0, 6) !== '\u007fELF\u0002\u0001') return null;
  const [at, size, count] = [number(header, 32), header.readUInt16LE(54), header.readUInt16LE(56)];
  if (size !== 56 || count > MAX_HEADERS) return null;
  const table = await bytes(handle, at, size * count);
  const segments = Array.from({ length: count }, (_, index) => segment(table.subarray(index * size, (index + 1) * size)));
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) return null;
  const entries = dynamicEntries(await bytes(handle, dynamic.offset, Math.min(dynamic.size, MAX_DYNAMIC_BYTES)));
  const [strings, name] = [entries.get(DT_STRTAB), entries.get(DT_SONAME)];
  if (strings === undefined || name === undefined) return null;
  const holder = segments.find(({ type, address, size: length }) => type === PT_LOAD && strings >= address && strings < address + length);
  if (!holder) return null;
  return text(await bytes(handle, strings - holder.address + holder.offset + name, MAX_NAME_BYTES + 1));
}

function segment(entry: Buffer): Segment {
  return { type: entry.readUInt32LE(0), offset: number(entry, 8), address: number(entry, 16), size: number(entry, 32) };
}

function dynamicEntries(table: Buffer): Map<number, number> {
  const entries = new Map<number, number>();
  for (let at = 0; at + 16 <= table.length; at += 16) {
    const tag = number(table, at);
    if (tag === 0) break;
    if (tag === DT_STRTAB || tag === DT_SONAME) entries.set(tag, number(table, at + 8));
  }
  return entries;
}

/** Above 2⁵³ it is no place in a file: NaN, which every use refuses. */
function number(buffer: Buffer, at: number): number {
  const value = buffer.readBigUInt64LE(at);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.NaN;
}

async function bytes(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(position)) throw new RangeError('no place in a file');
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** A plain name: it becomes one in a directory of the container. */
function text(buffer: Buffer): string | null {
  const end = buffer.indexOf(0);
  const name = end < 0 ? '' : buffer.toString('latin1', 0, end);
  return /^[\w.+-]{1,255}$/.test(name) && name !== '.' && name !== '..' ? name : null;
}
