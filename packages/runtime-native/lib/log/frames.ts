import type { LogPart } from './parts.js';

/** One write of the container as the log keeps it (README.md, "Log, version 1"). */
export interface OutputFrame {
  readonly stream: 'stdout' | 'stderr';
  /** Since the epoch. */
  readonly nanoseconds: bigint;
  readonly payload: Buffer;
}

/** Where a part stands in the whole log: bytes (frames included) and line breaks before it. */
export interface LogPosition {
  readonly bytes: number;
  readonly lines: number;
}

/** What the writer tells its readers. `bytes`: how many are missing here. */
type MarkerFrame =
  | ({ readonly stream: 'begin'; readonly nanoseconds: bigint; readonly insideLine: boolean } & LogPosition)
  | { readonly stream: 'torn' | 'disk_full'; readonly bytes: number };

export type LogFrame = OutputFrame | MarkerFrame;

export const HEADER_BYTES = 16;
export const MAX_PAYLOAD_BYTES = 64 * 1024;
const READ_BYTES = 256 * 1024;
/** After a short read, as those of a follower are. */
const SHORT_READ_BYTES = 16 * 1024;
/** By their number in the header; of markers the flags have it. */
const STREAMS = ['marker', 'stdout', 'stderr'] as const;
const MARKERS = [undefined, 'begin', 'torn', 'disk_full'] as const;

/** Thrown when bytes in the middle of a log are not a frame; what came before was delivered. */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError';
  /** `after`: before this offset nothing more can be read. */
  constructor(
    readonly offset: number,
    readonly after = offset,
  ) {
    super(`the log is damaged at byte ${offset}; what stands before it is readable`);
  }
}

/** Reads the whole frames of one part from an offset on, many at a time. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #bytes = READ_BYTES;
  #atEnd = false;

  /** `offset`: of the first byte that was not delivered. */
  constructor(
    private readonly part: LogPart,
    public offset: number,
  ) {}

  /** Empty at the end of the part, or before a frame that is not complete yet: a later call goes on there. */
  async next(): Promise<LogFrame[]> {
    for (;;) {
      const frames = this.#take();
      if (frames.length > 0) return frames;
      const chunk = Buffer.allocUnsafe(this.#bytes);
      const count = this.#atEnd ? 0 : await this.part.read(chunk, this.offset + this.#rest.length);
      if (count === 0) {
        this.#atEnd = false;
        // A writer out of disk takes half a frame back: what stands here later may be another one.
        this.#rest = Buffer.alloc(0);
        return frames;
      }
      this.#atEnd = this.part.endsShort && count < this.#bytes;
      this.#bytes = this.#atEnd ? SHORT_READ_BYTES : READ_BYTES;
      const fresh = chunk.subarray(0, count);
      this.#rest = this.#rest.length === 0 ? fresh : Buffer.concat([this.#rest, fresh]);
    }
  }

  #take(): LogFrame[] {
    const frames: LogFrame[] = [];
    const bytes = this.#rest;
    let at = 0;
    while (at + HEADER_BYTES <= bytes.length) {
      const length = bytes.readUInt32LE(at);
      if (length === 0 || length > MAX_PAYLOAD_BYTES || !STREAMS[bytes.readUInt8(at + 4)]) {
        if (frames.length === 0) throw new LogDamagedError(this.offset);
        break;
      }
      if (at + HEADER_BYTES + length > bytes.length) break;
      const frame = decode(bytes, at, length);
      if (frame) frames.push(frame);
      at += HEADER_BYTES + length;
    }
    this.#rest = bytes.subarray(at);
    this.offset += at;
    return frames;
  }
}

/** Whether 16 bytes can be the header of a frame, as the writer judges (log_format.h). */
export function isPlausible(bytes: Buffer, at: number): boolean {
  const length = bytes.readUInt32LE(at);
  if (length === 0 || length > MAX_PAYLOAD_BYTES || bytes.readUInt16LE(at + 6) !== 0) return false;
  const flags = bytes.readUInt8(at + 5);
  const stream = STREAMS[bytes.readUInt8(at + 4)];
  return stream === 'marker' ? flags > 0 && flags < MARKERS.length : stream !== undefined && flags === 0;
}

/** Undefined for a marker that a newer writer made. */
function decode(bytes: Buffer, at: number, length: number): LogFrame | undefined {
  const payload = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
  const stream = STREAMS[bytes.readUInt8(at + 4)];
  if (stream === 'stdout' || stream === 'stderr') return { stream, nanoseconds: bytes.readBigUInt64LE(at + 8), payload };
  const marker = MARKERS[bytes.readUInt8(at + 5)];
  if (!marker || length < (marker === 'begin' ? 24 : 8)) return undefined;
  const count = Number(payload.readBigUInt64LE(0));
  if (marker !== 'begin') return { stream: marker, bytes: count };
  const insideLine = payload.readBigUInt64LE(16) !== 0n;
  return {
    stream: 'begin',
    nanoseconds: bytes.readBigUInt64LE(at + 8),
    bytes: count,
    lines: Number(payload.readBigUInt64LE(8)),
    insideLine,
  };
}
