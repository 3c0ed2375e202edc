import { protocolError } from '../errors.js';

/** Frames of the control protocol (README.md, "ctl protocol, version 1"). */
export const FrameType = {
  request: 1,
  stdin: 2,
  stdinEof: 3,
  resize: 4,
  signal: 5,
  response: 16,
  stdout: 17,
  stderr: 18,
  gap: 19,
  exit: 20,
} as const;

export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

const HEADER_BYTES = 5;
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

export function encodeFrame(type: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt8(type, 4);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** Puts frames together from what the socket delivers in pieces. Holds one incomplete frame and the pieces it came in. */
export class FrameDecoder {
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** The whole frames so far. Throws `CONTROL_PROTOCOL` on a length over the limit; the stream has then lost its place. */
  push(piece: Buffer): Frame[] {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame);
    return frames;
  }

  /** Whether the stream ended between two frames. */
  get empty(): boolean {
    return this.#bytes === 0;
  }

  #next(): Frame | undefined {
    if (this.#bytes < HEADER_BYTES) return undefined;
    const header = this.#first(HEADER_BYTES);
    const length = header.readUInt32LE(0);
    if (length > MAX_PAYLOAD_BYTES)
      throw protocolError(`the supervisor sent a frame of ${length} bytes; the limit is ${MAX_PAYLOAD_BYTES}`);
    if (this.#bytes < HEADER_BYTES + length) return undefined;
    const whole = this.#joined();
    const end = HEADER_BYTES + length;
    this.#pieces = end === whole.length ? [] : [whole.subarray(end)];
    this.#bytes -= end;
    return { type: whole.readUInt8(4), payload: whole.subarray(HEADER_BYTES, end) };
  }

  /** The first bytes in one piece; pieces are joined only where they are cut through the header. */
  #first(bytes: number): Buffer {
    const [first] = this.#pieces;
    return first && first.length >= bytes ? first : this.#joined();
  }

  #joined(): Buffer {
    if (this.#pieces.length !== 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] ?? Buffer.alloc(0);
  }
}
