import { EntryReader, type LogEntry, type LogPiece } from './entries.js';
import { type LogMark, lastMark, markBefore } from './marks.js';

export { clearLogFiles } from './clear.js';
export { compressibleParts, compressPart } from './compress.js';
export type { LogEntry, LogGap, LogPiece } from './entries.js';
export { LogDamagedError } from './frames.js';
export { readLastLines } from './last-lines.js';
export type { LogBlock, LogLine } from './lines.js';

export interface ReadLogOptions {
  /** Last lines only. */
  readonly tail?: number;
  /** Nanoseconds since the epoch, both inclusive. */
  readonly since?: bigint;
  readonly until?: bigint;
  /**
   * Go on with what is written later. Aborted when the writer has finished: what is in the file by then is still
   * delivered. Memory stays bounded however slow the consumer is, because lines are read from the file when it asks; what
   * the writer's caps remove before it asks is told as a gap. The log's directory must exist.
   */
  readonly follow?: AbortSignal;
}

/** Lines of one container's log in the order in which they were completed. A log that does not exist yet has no lines. */
export async function* readLog(directory: string, options: ReadLogOptions = {}): AsyncGenerator<LogEntry> {
  for await (const entries of readLogBatches(directory, options)) yield* entries;
}

/** The same, as many at a time as one read of the file gave. */
export async function* readLogBatches(directory: string, options: ReadLogOptions = {}): AsyncGenerator<LogEntry[]> {
  // A reader that was not asked for blocks makes none.
  for await (const entries of chosen(directory, options, false)) yield entries as LogEntry[];
}

/** The same, with lines that were written together in one piece: for whoever wants all of them, several times as fast. */
export async function* readLogBlocks(directory: string, options: Omit<ReadLogOptions, 'tail'> = {}): AsyncGenerator<LogPiece[]> {
  yield* chosen(directory, options, true);
}

async function* chosen(directory: string, options: ReadLogOptions, inBlocks: boolean): AsyncGenerator<LogPiece[]> {
  const { mark, skip } = await findStart(directory, options);
  const wanted = new Selection(options, skip);
  for await (const entries of new EntryReader(directory, mark, options.follow, inBlocks).read()) {
    const wantedOnes = wanted.of(entries);
    if (wantedOnes.length > 0) yield wantedOnes;
    if (wanted.over) return;
  }
}

/** Where to begin, and how many lines after it to pass over. */
async function findStart(directory: string, { tail, since }: ReadLogOptions): Promise<{ mark: LogMark | undefined; skip: number }> {
  if (tail === undefined)
    return { mark: await (since === undefined ? lastMark(directory, () => false) : markBefore(directory, since)), skip: 0 };
  const newest = await lastMark(directory, () => true);
  const wanted = newest ? newest.lines + (await countBreaks(directory, newest)) - tail : 0;
  const mark = await lastMark(directory, ({ lines }) => lines <= wanted);
  return { mark, skip: mark ? Math.max(0, (await countShown(directory, mark)) - tail) : 0 };
}

/** Line breaks from a mark to the end. */
async function countBreaks(directory: string, mark: LogMark): Promise<number> {
  let count = 0;
  for await (const entries of new EntryReader(directory, mark, undefined).read()) {
    for (const entry of entries) if (entry.type === 'line' && !entry.partial) count++;
  }
  return count;
}

/** Counts what a reader will be shown, so that parts of long lines and unfinished ones are counted as they are shown. */
async function countShown(directory: string, mark: LogMark): Promise<number> {
  let shown = 0;
  for await (const entries of new EntryReader(directory, mark, undefined).read()) {
    for (const entry of entries) if (entry.type === 'line') shown++;
  }
  return shown;
}

class Selection {
  /** Nothing that is wanted will come any more. */
  over = false;
  #skip: number;

  constructor(
    private readonly options: ReadLogOptions,
    skip: number,
  ) {
    this.#skip = skip;
  }

  of(entries: LogPiece[]): LogPiece[] {
    const { since, until } = this.options;
    if (this.#skip === 0 && since === undefined && until === undefined) return entries;
    return entries.filter((entry) => (entry.type === 'gap' ? this.#skip === 0 : this.#wants(entry)));
  }

  #wants({ nanoseconds }: { readonly nanoseconds: bigint }): boolean {
    const { since, until, follow } = this.options;
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    // Without following it is read to the end: where the clock was set back, older lines come later.
    if (until !== undefined && nanoseconds > until) this.over ||= follow !== undefined;
    return !this.over && (since === undefined || nanoseconds >= since) && (until === undefined || nanoseconds <= until);
  }
}
