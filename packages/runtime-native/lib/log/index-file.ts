import { readFile } from 'node:fs/promises';

/** A place in the log from which reading can begin. */
export interface LogMark {
  readonly offset: number;
  readonly nanoseconds: bigint;
  /** Line breaks before it. */
  readonly lines: number;
}

const ENTRY_BYTES = 32;
const START: LogMark = { offset: 0, nanoseconds: 0n, lines: 0 };

/**
 * The marks of a log, the start first. Entries inside a line of either stream are left out, because a reader that
 * began there would show the end of a line as a whole one.
 */
export async function readMarks(path: string): Promise<LogMark[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const marks = [START];
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    if (bytes.readBigUInt64LE(at + 24) !== 0n) continue;
    marks.push({
      offset: Number(bytes.readBigUInt64LE(at)),
      nanoseconds: bytes.readBigUInt64LE(at + 8),
      lines: Number(bytes.readBigUInt64LE(at + 16)),
    });
  }
  return marks;
}

/** The last mark that `fits`; marks are ordered, and the start always fits. */
export function lastMark(marks: readonly LogMark[], fits: (mark: LogMark) => boolean): LogMark {
  return marks.findLast((mark) => mark.offset === 0 || fits(mark)) ?? START;
}
