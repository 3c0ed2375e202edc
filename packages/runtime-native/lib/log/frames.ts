import type { FileHandle } from 'node:fs/promises';

/** One write of the container as the log keeps it (README.md, "Log, version 1"). */
export interface LogFrame {
  readonly stream: 'stdout' | 'stderr';
  /** Since the epoch. */
  readonly nanoseconds: bigint;
  readonly payload: Buffer;
}

const HEADER_BYTES = 16;
const MAX_PAYLOAD_BYTES = 64 * 1024;
const READ_BYTES = 256 * 1024;

/** Thrown when bytes in the middle of a log are not a frame; what came before was delivered. */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError';
  constructor(readonly offset: number) {
    super(`the log is damaged at byte ${offset}; what stands before it is readable`);
  }
}

/**
 * Whole frames from `offset` on. Ends at the end of the file or before a frame that is not complete yet, and returns the
 * offset of the first byte it did not deliver, from which a later call goes on.
 */
export async function* readFrames(file: FileHandle, offset: number): AsyncGenerator<LogFrame, number> {
  let position = offset;
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    const chunk = Buffer.allocUnsafe(READ_BYTES);
    const { bytesRead } = await file.read(chunk, 0, READ_BYTES, position + rest.length);
    if (bytesRead === 0) return position;
    rest = rest.length === 0 ? chunk.subarray(0, bytesRead) : Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    for (let frame = decode(rest, position); frame; frame = decode(rest, position)) {
      const bytes = HEADER_BYTES + frame.payload.length;
      rest = rest.subarray(bytes);
      position += bytes;
      yield frame;
    }
  }
}

function decode(bytes: Buffer, position: number): LogFrame | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const length = bytes.readUInt32LE(0);
  const stream = bytes.readUInt8(4);
  if (length === 0 || length > MAX_PAYLOAD_BYTES || (stream !== 1 && stream !== 2)) throw new LogDamagedError(position);
  if (bytes.length < HEADER_BYTES + length) return undefined;
  return {
    stream: stream === 1 ? 'stdout' : 'stderr',
    nanoseconds: bytes.readBigUInt64LE(8),
    payload: bytes.subarray(HEADER_BYTES, HEADER_BYTES + length),
  };
}
