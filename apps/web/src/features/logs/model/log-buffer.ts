import type { LogMessage } from '@keelson/contracts';
import { type PlainLine, plainLine } from './ansi';

export interface LineRow extends PlainLine {
  readonly kind: 'line';
  /** Grows from row to row, also after older rows are gone. */
  readonly key: number;
  readonly stream: 'stdout' | 'stderr';
  readonly time: string | undefined;
  /** The line goes on in the next message. */
  readonly open: boolean;
}

interface GapRow {
  readonly kind: 'gap';
  readonly key: number;
  readonly bytes: number;
  /** `slow`: this view did not take it fast enough. */
  readonly reason: 'rotated' | 'torn' | 'disk_full' | 'slow';
}

export type LogRow = LineRow | GapRow;

/** Rows in blocks, so that an append touches the last block and leaves the others (and their part of the page) alone. */
export interface LogBlock {
  readonly key: number;
  readonly rows: readonly LogRow[];
}

export interface LogBuffer {
  readonly blocks: readonly LogBlock[];
  readonly nextKey: number;
  /** Older rows were dropped. */
  readonly trimmed: boolean;
}

export const EMPTY_LOG: LogBuffer = { blocks: [], nextKey: 0, trimmed: false };
export const MOST_ROWS = 10_000;
const BLOCK_ROWS = 200;
/** A line that never ends is shown in pieces of about this size. */
const LONGEST_JOINED = 256 * 1024;

/** The buffer with more at its end; whole blocks fall off at its start. */
export function append(buffer: LogBuffer, messages: readonly LogMessage[]): LogBuffer {
  const blocks = [...buffer.blocks];
  let rows = blocks.length > 0 ? [...(blocks.pop()?.rows ?? [])] : [];
  let nextKey = buffer.nextKey;
  const seal = () => {
    const key = rows[0]?.key;
    if (key !== undefined) blocks.push({ key, rows });
  };
  for (const message of messages) {
    if (message.type !== 'line' && message.type !== 'gap') continue;
    if (message.type === 'line' && joined(rows, message)) continue;
    if (rows.length >= BLOCK_ROWS) {
      seal();
      rows = [];
    }
    rows.push(rowOf(message, nextKey++));
  }
  seal();
  const surplus = Math.max(0, blocks.length - MOST_ROWS / BLOCK_ROWS);
  return { blocks: blocks.slice(surplus), nextKey, trimmed: buffer.trimmed || surplus > 0 };
}

type Line = Extract<LogMessage, { type: 'line' }>;

function rowOf(message: Extract<LogMessage, { type: 'line' | 'gap' }>, key: number): LogRow {
  if (message.type === 'gap') return { kind: 'gap', key, bytes: message.bytes, reason: message.reason ?? 'slow' };
  const { stream, time, text, partial } = message;
  return { kind: 'line', key, stream, time, open: partial, ...plainLine(text) };
}

/** Puts the next part of an unfinished line to its first ones. True when there was such a line. */
function joined(rows: LogRow[], part: Line): boolean {
  const at = rows.findLastIndex((row) => row.kind === 'line' && row.stream === part.stream);
  const row = rows[at];
  if (row?.kind !== 'line' || !row.open || row.text.length > LONGEST_JOINED) return false;
  const { text, runs } = plainLine(part.text);
  const shifted = runs.map(({ start, end, style }) => ({ start: start + row.text.length, end: end + row.text.length, style }));
  rows[at] = { ...row, text: row.text + text, runs: [...row.runs, ...shifted], open: part.partial };
  return true;
}
