import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';

import { LogDamagedError } from './frames.js';
import type { LogPart } from './parts.js';

/**
 * zstd's seekable format (zstd, contrib/seekable_format/zstd_seekable_compression_format.md): frames, then a skippable frame with the two sizes of
 * each. Every zstd can read it whole.
 */
export const SEEK_TABLE = {
  SKIPPABLE_MAGIC: 0x184d2a5e,
  MAGIC: 0x8f92eab1,
  ENTRY_BYTES: 8,
  FOOTER_BYTES: 9,
} as const;

/** Of a frame, uncompressed. */
export const FRAME_BYTES = 1024 * 1024;
/** A log of 1 TiB has as many frames. */
const MOST_FRAMES = 1024 * 1024;

interface ZstdFrame {
  /** In the compressed file. */
  readonly at: number;
  readonly bytes: number;
  /** In the log. */
  readonly position: number;
  readonly length: number;
}

const decompress = promisify(zstdDecompress);

/** A part that was compressed. The frame that was read last is kept: a reader asks for a quarter of one at a time. */
export class ZstdPart implements LogPart {
  readonly endsShort = false;
  #last: { readonly frame: ZstdFrame; readonly bytes: Buffer } | undefined;

  private constructor(
    readonly number: number,
    private readonly file: FileHandle,
    private readonly frames: readonly ZstdFrame[],
    private readonly length: number,
  ) {}

  static async open(number: number, file: FileHandle): Promise<ZstdPart> {
    const { size } = await file.stat();
    const frames = await readSeekTable(file, size);
    const last = frames?.at(-1);
    // Without its table nothing of it can be read: then it is as long as its file, and nothing.
    return new ZstdPart(number, file, frames ?? [], frames ? (last ? last.position + last.length : 0) : size);
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    const frame = this.frames.find((one) => position < one.position + one.length);
    if (!frame) return 0;
    const bytes = await this.bytesOf(frame);
    return bytes.copy(buffer, 0, position - frame.position);
  }

  async size(): Promise<number> {
    return this.length;
  }

  async isLinked(): Promise<boolean> {
    return (await this.file.stat()).nlink > 0;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async bytesOf(frame: ZstdFrame): Promise<Buffer> {
    if (this.#last?.frame === frame) return this.#last.bytes;
    const compressed = Buffer.allocUnsafe(frame.bytes);
    const { bytesRead } = await this.file.read(compressed, 0, frame.bytes, frame.at);
    const bytes = await decompress(compressed.subarray(0, bytesRead), { maxOutputLength: FRAME_BYTES }).catch(() => undefined);
    if (bytes?.length !== frame.length) throw new LogDamagedError(frame.position, frame.position + frame.length - 1);
    this.#last = { frame, bytes };
    return bytes;
  }
}

/** Undefined where the file does not end with one that fits it. */
async function readSeekTable(file: FileHandle, size: number): Promise<ZstdFrame[] | undefined> {
  const footer = Buffer.alloc(SEEK_TABLE.FOOTER_BYTES);
  await file.read(footer, 0, footer.length, Math.max(0, size - footer.length));
  const count = footer.readUInt32LE(0);
  if (footer.readUInt32LE(5) !== SEEK_TABLE.MAGIC || footer.readUInt8(4) !== 0 || count > MOST_FRAMES) return undefined;
  const table = Buffer.alloc(count * SEEK_TABLE.ENTRY_BYTES);
  const tableAt = size - SEEK_TABLE.FOOTER_BYTES - table.length;
  await file.read(table, 0, table.length, Math.max(0, tableAt));
  const frames: ZstdFrame[] = [];
  let [at, position] = [0, 0];
  for (let entry = 0; entry < table.length; entry += SEEK_TABLE.ENTRY_BYTES) {
    const [bytes, length] = [table.readUInt32LE(entry), table.readUInt32LE(entry + 4)];
    if (length > FRAME_BYTES || at + bytes > tableAt) return undefined;
    frames.push({ at, bytes, position, length });
    at += bytes;
    position += length;
  }
  return frames;
}
