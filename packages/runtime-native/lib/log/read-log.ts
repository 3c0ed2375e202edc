import { watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

import { readFrames } from './frames.js';
import { type LogMark, lastMark, readMarks } from './index-file.js';
import { LineAssembler, type LogLine } from './lines.js';

export { LogDamagedError } from './frames.js';
export type { LogLine } from './lines.js';

export interface ReadLogOptions {
  /** Last lines only. */
  readonly tail?: number;
  /** Nanoseconds since the epoch, both inclusive. */
  readonly since?: bigint;
  readonly until?: bigint;
  /**
   * Go on with what is written later. Aborted when the writer has finished: what is in the file by then is still
   * delivered. Memory stays bounded however slow the consumer is, because lines are read from the file when it asks.
   * The log's directory must exist.
   */
  readonly follow?: AbortSignal;
}

/** Lines of one container's log in the order in which they were completed. A log that does not exist yet has no lines. */
export async function* readLog(directory: string, options: ReadLogOptions = {}): AsyncGenerator<LogLine> {
  const file = await openLog(directory, options.follow);
  if (!file) return;
  try {
    const start = await findStart(file, directory, options);
    for await (const line of wantedLines(file, directory, start, options)) yield line;
  } finally {
    await file.close();
  }
}

const logPath = (directory: string) => join(directory, '000001.log');

async function openLog(directory: string, follow: AbortSignal | undefined): Promise<FileHandle | undefined> {
  try {
    return await open(logPath(directory), 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (!follow || follow.aborted) return undefined;
    await changed(directory, follow, async () =>
      Boolean(
        await open(logPath(directory), 'r').then(
          (file) => file.close().then(() => true),
          () => false,
        ),
      ),
    );
    return openLog(directory, follow.aborted ? undefined : follow);
  }
}

/** Where to begin: a mark, and how many complete lines after it to pass over. */
async function findStart(file: FileHandle, directory: string, { tail, since }: ReadLogOptions): Promise<{ mark: LogMark; skip: number }> {
  const marks = await readMarks(join(directory, '000001.idx'));
  if (tail === undefined) return { mark: lastMark(marks, (mark) => since !== undefined && mark.nanoseconds < since), skip: 0 };
  const wanted =
    (await countLines(
      file,
      lastMark(marks, () => true),
    )) - tail;
  const mark = lastMark(marks, ({ lines }) => lines <= wanted);
  return { mark, skip: await linesToSkip(file, mark, tail) };
}

/** Line breaks of the whole log, counted from a mark to the end. */
async function countLines(file: FileHandle, { offset, lines }: LogMark): Promise<number> {
  let count = lines;
  for await (const { payload } of readFrames(file, offset)) for (const byte of payload) if (byte === 0x0a) count++;
  return count;
}

/** Counts what a reader will be shown, so that parts of long lines and unfinished ones are counted as they are shown. */
async function linesToSkip(file: FileHandle, { offset }: LogMark, tail: number): Promise<number> {
  const assembler = new LineAssembler();
  let shown = 0;
  for await (const frame of readFrames(file, offset)) for (const _ of assembler.push(frame)) shown++;
  for (const _ of assembler.end()) shown++;
  return Math.max(0, shown - tail);
}

async function* wantedLines(
  file: FileHandle,
  directory: string,
  { mark, skip }: { mark: LogMark; skip: number },
  { since, until, follow }: ReadLogOptions,
): AsyncGenerator<LogLine> {
  let toSkip = skip;
  for await (const line of allLines(file, directory, mark.offset, follow)) {
    if (toSkip-- > 0) continue;
    if (since !== undefined && line.nanoseconds < since) continue;
    if (until !== undefined && line.nanoseconds > until) {
      if (follow) return;
      continue;
    }
    yield line;
  }
}

async function* allLines(file: FileHandle, directory: string, offset: number, follow: AbortSignal | undefined): AsyncGenerator<LogLine> {
  const assembler = new LineAssembler();
  let position = offset;
  for (;;) {
    // Asked before reading: what was written before the end was announced is then certainly read.
    const finished = !follow || follow.aborted;
    const { size } = await file.stat();
    const frames = readFrames(file, position);
    for (let next = await frames.next(); ; next = await frames.next()) {
      if (next.done) {
        position = next.value;
        break;
      }
      yield* assembler.push(next.value);
    }
    if (finished) break;
    await changed(directory, follow, async () => (await file.stat()).size !== size);
  }
  yield* assembler.end();
}

/** Waits until the condition may have changed. It is asked after the watch stands, so that no write falls in between. */
async function changed(directory: string, follow: AbortSignal, already: () => Promise<boolean>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(directory, () => resolve());
  watcher.on('error', () => resolve());
  const onAbort = () => resolve();
  follow.addEventListener('abort', onAbort, { once: true });
  try {
    if (follow.aborted || (await already())) return;
    await promise;
  } finally {
    follow.removeEventListener('abort', onAbort);
    watcher.close();
  }
}
