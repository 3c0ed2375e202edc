import type { OutputFrame } from './frames.js';

/** A line without its line break, or a part of one that is longer than 64 KiB. */
export interface LogLine {
  readonly type: 'line';
  readonly stream: OutputFrame['stream'];
  /** When the first bytes of this line or part were written, since the epoch. */
  readonly nanoseconds: bigint;
  /** The bytes as the container wrote them, valid UTF-8 or not. */
  readonly text: Buffer;
  /** More of the same line follows, or the container ended inside it. */
  readonly partial: boolean;
}

/** Whole lines of one write, each with its line break. */
export interface LogBlock {
  readonly type: 'block';
  readonly stream: OutputFrame['stream'];
  /** When they were written, since the epoch. */
  readonly nanoseconds: bigint;
  readonly text: Buffer;
}

type Sink = Pick<(LogLine | LogBlock)[], 'push'>;

const LINE_FEED = 0x0a;
const MAX_LINE_BYTES = 64 * 1024;

interface OpenLine {
  readonly nanoseconds: bigint;
  readonly parts: Buffer[];
  bytes: number;
}

/**
 * Puts lines together from frames: a process writes parts of lines, and both streams interleave. `inBlocks`: lines that are whole in their frame stay
 * together, since most readers want all of them.
 */
export class LineAssembler {
  readonly #open = new Map<OutputFrame['stream'], OpenLine>();
  /** Line breaks seen so far. */
  breaks = 0;

  constructor(private readonly inBlocks = false) {}

  push(frame: OutputFrame, lines: Sink): void {
    const { stream, nanoseconds, payload } = frame;
    for (let start = 0; start < payload.length; ) {
      if (this.inBlocks && !this.#open.has(stream)) {
        start = this.#block(frame, start, lines);
        if (start === payload.length) return;
      }
      const end = payload.indexOf(LINE_FEED, start);
      const line = this.#open.get(stream);
      const limit = start + MAX_LINE_BYTES - (line?.bytes ?? 0);
      const stop = Math.min(end < 0 ? payload.length : end, limit);
      const complete = stop === end;
      const bytes = payload.subarray(start, stop);
      if (complete || stop === limit) {
        this.#open.delete(stream);
        const text = line ? Buffer.concat([...line.parts, bytes]) : bytes;
        lines.push({ type: 'line', stream, nanoseconds: line?.nanoseconds ?? nanoseconds, text, partial: !complete });
        if (complete) this.breaks++;
      } else {
        this.#keep(stream, bytes, nanoseconds);
      }
      start = complete ? stop + 1 : stop;
    }
  }

  /** A frame holds no more than the longest line may have. Returns where the lines end that are whole. */
  #block({ stream, nanoseconds, payload }: OutputFrame, start: number, lines: Sink): number {
    const end = payload.lastIndexOf(LINE_FEED) + 1;
    if (end <= start) return start;
    const text = payload.subarray(start, end);
    lines.push({ type: 'block', stream, nanoseconds, text });
    for (let at = text.indexOf(LINE_FEED); at >= 0; at = text.indexOf(LINE_FEED, at + 1)) this.breaks++;
    return end;
  }

  #keep(stream: OutputFrame['stream'], bytes: Buffer, nanoseconds: bigint): void {
    const line = this.#open.get(stream) ?? { nanoseconds, parts: [], bytes: 0 };
    line.parts.push(bytes);
    line.bytes += bytes.length;
    this.#open.set(stream, line);
  }

  /** What stands open when nothing more of it will come. */
  end(lines: Sink): void {
    for (const [stream, { nanoseconds, parts }] of this.#open) {
      lines.push({ type: 'line', stream, nanoseconds, text: Buffer.concat(parts), partial: true });
    }
    this.#open.clear();
  }
}
