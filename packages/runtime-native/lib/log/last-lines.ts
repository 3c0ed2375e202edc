import { FrameReader, LogDamagedError } from './frames.js';
import { LineAssembler, type LogLine } from './lines.js';
import { lastMark } from './marks.js';
import { type LogPart, listParts, openPart } from './parts.js';

/** Of the newest part. Lines before that are not looked for. */
const MOST_BYTES = 64 * 1024;

/**
 * The last lines of a log whose writer has finished, cheap enough to be asked at every end of a container: at most those in the last 64 KiB or so of the
 * newest part, fewer where it was begun a moment ago or is damaged. A log that does not exist yet has none.
 */
export async function readLastLines(directory: string, count: number): Promise<LogLine[]> {
  const newest = (await listParts(directory)).at(-1);
  const part = newest === undefined ? undefined : await openPart(directory, newest);
  if (!part) return [];
  try {
    return (await linesFrom(part, await startOf(directory, part))).slice(-count);
  } finally {
    await part.close();
  }
}

async function startOf(directory: string, part: LogPart): Promise<number> {
  const size = await part.size();
  if (size <= MOST_BYTES) return 0;
  const mark = await lastMark(directory, ({ offset, part: number }) => number < part.number || offset <= size - MOST_BYTES);
  return mark?.part === part.number ? mark.offset : 0;
}

async function linesFrom(part: LogPart, start: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const assembler = new LineAssembler();
  const reader = new FrameReader(part, start);
  try {
    for (let frames = await reader.next(); frames.length > 0; frames = await reader.next())
      for (const frame of frames) if ('payload' in frame) assembler.push(frame, lines);
  } catch (error) {
    if (!(error instanceof LogDamagedError)) throw error;
  }
  assembler.end(lines);
  return lines;
}
