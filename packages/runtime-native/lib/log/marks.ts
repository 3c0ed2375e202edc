import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { FrameReader, LogDamagedError, type LogPosition } from './frames.js';
import { listParts, openPart, partName } from './parts.js';

/** A place in the log from which reading can begin: no line is open there. */
export interface LogMark {
  readonly part: number;
  readonly offset: number;
  /** When what stands here was written, since the epoch. */
  readonly nanoseconds: bigint;
  /** Line breaks before it in the whole log, also in parts that are gone. */
  readonly lines: number;
}

/** Where a part begins in the whole log. */
interface Begin extends LogPosition {
  readonly nanoseconds: bigint;
  readonly insideLine: boolean;
}

const ENTRY_BYTES = 32;

/**
 * The marks of one part in order: its start, then those of its index. Entries inside a line of either stream are left out,
 * because a reader that began there would show the end of a line as a whole one.
 */
class PartMarks {
  private constructor(
    /** The start of the part, even if a line is open there. */
    readonly first: LogMark,
    private readonly insideLine: boolean,
    private readonly index: Buffer,
  ) {}

  static async read(directory: string, part: number): Promise<PartMarks> {
    const index = await readFile(join(directory, `${partName(part)}.idx`)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    const { lines, nanoseconds, insideLine } = await readBegin(directory, part);
    return new PartMarks({ part, offset: 0, nanoseconds, lines }, insideLine, index);
  }

  *forward(): Generator<LogMark> {
    if (!this.insideLine) yield this.first;
    for (let at = 0; at + ENTRY_BYTES <= this.index.length; at += ENTRY_BYTES) if (this.isClean(at)) yield this.markAt(at);
  }

  *backward(): Generator<LogMark> {
    const end = this.index.length - (this.index.length % ENTRY_BYTES);
    for (let at = end - ENTRY_BYTES; at >= 0; at -= ENTRY_BYTES) if (this.isClean(at)) yield this.markAt(at);
    if (!this.insideLine) yield this.first;
  }

  private isClean(at: number): boolean {
    return this.index.readBigUInt64LE(at + 24) === 0n;
  }

  private markAt(at: number): LogMark {
    return {
      part: this.first.part,
      offset: Number(this.index.readBigUInt64LE(at)),
      nanoseconds: this.index.readBigUInt64LE(at + 8),
      lines: Number(this.index.readBigUInt64LE(at + 16)),
    };
  }
}

/** What the first frame of a part tells of its place; zeros for the first part of all, and where it cannot be read. */
export async function readBegin(directory: string, number: number): Promise<Begin> {
  const none = { bytes: 0, lines: 0, nanoseconds: 0n, insideLine: false };
  const part = await openPart(directory, number);
  if (!part) return none;
  try {
    const [first] = await new FrameReader(part, 0).next();
    return first?.stream === 'begin' ? first : none;
  } catch (error) {
    if (error instanceof LogDamagedError) return none;
    throw error;
  } finally {
    await part.close();
  }
}

/** The last mark that `fits`, looked for from the end of the log back; the start of the oldest part when none does. */
export async function lastMark(directory: string, fits: (mark: LogMark) => boolean): Promise<LogMark | undefined> {
  let oldest: LogMark | undefined;
  for (const number of (await listParts(directory)).reverse()) {
    const marks = await PartMarks.read(directory, number);
    for (const mark of marks.backward()) if (fits(mark)) return mark;
    oldest = marks.first;
  }
  return oldest;
}

/**
 * The last mark before everything that was written at `instant` or later. Looked for from the start: where the clock was set back, what
 * stands behind may be older again.
 */
export async function markBefore(directory: string, instant: bigint): Promise<LogMark | undefined> {
  let found: LogMark | undefined;
  for (const number of await listParts(directory)) {
    const marks = await PartMarks.read(directory, number);
    found ??= marks.first;
    for (const mark of marks.forward()) {
      if (mark.nanoseconds >= instant) return found;
      found = mark;
    }
  }
  return found;
}

/** The first mark of a part behind an offset. */
export async function markAfter(directory: string, part: number, offset: number): Promise<LogMark | undefined> {
  for (const mark of (await PartMarks.read(directory, part)).forward()) if (mark.offset > offset) return mark;
  return undefined;
}
