import type { LogFrame } from './frames.js';

/** A line without its line break, or a part of one that is longer than 64 KiB. */
export interface LogLine {
  readonly stream: LogFrame['stream'];
  /** When the first bytes of this line or part were written, since the epoch. */
  readonly nanoseconds: bigint;
  /** The bytes as the container wrote them, valid UTF-8 or not. */
  readonly text: Buffer;
  /** More of the same line follows, or the container ended inside it. */
  readonly partial: boolean;
}

const LINE_FEED = 0x0a;
const MAX_LINE_BYTES = 64 * 1024;

interface OpenLine {
  readonly nanoseconds: bigint;
  readonly parts: Buffer[];
  bytes: number;
}

/** Puts lines together from frames: a process writes parts of lines, and both streams interleave. */
export class LineAssembler {
  readonly #open = new Map<LogFrame['stream'], OpenLine>();

  *push({ stream, nanoseconds, payload }: LogFrame): Generator<LogLine> {
    for (let start = 0; start < payload.length; ) {
      const end = payload.indexOf(LINE_FEED, start);
      const line = this.#open.get(stream) ?? { nanoseconds, parts: [], bytes: 0 };
      const limit = start + MAX_LINE_BYTES - line.bytes;
      const stop = Math.min(end < 0 ? payload.length : end, limit);
      line.parts.push(payload.subarray(start, stop));
      line.bytes += stop - start;
      const complete = stop === end;
      if (complete || stop === limit) {
        this.#open.delete(stream);
        yield { stream, nanoseconds: line.nanoseconds, text: Buffer.concat(line.parts), partial: !complete };
      } else {
        this.#open.set(stream, line);
      }
      start = complete ? stop + 1 : stop;
    }
  }

  /** What stands open when nothing more will come. */
  *end(): Generator<LogLine> {
    for (const [stream, { nanoseconds, parts }] of this.#open) yield { stream, nanoseconds, text: Buffer.concat(parts), partial: true };
    this.#open.clear();
  }
}
