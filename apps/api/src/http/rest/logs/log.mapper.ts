import type { LogMessage } from '@keelson/contracts';
import { lineSearch } from '../../../domain/logs/line-search.js';
import type { LogBlock } from '../../../domain/logs/logs.ports.js';
import type { LogItem, LogPiece, LogQuery } from '../../../domain/logs/read-logs.js';

/** A query as the contract's schema has checked it. */
interface WireQuery {
  readonly tail?: number | 'all' | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly follow: boolean;
  readonly search?: string | undefined;
  readonly regex: boolean;
  readonly ignoreCase: boolean;
}

export function toLogQuery({ tail, since, until, follow, search, regex, ignoreCase }: WireQuery): LogQuery {
  return {
    follow,
    ...(typeof tail === 'number' && { tail }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(search !== undefined && { search: lineSearch({ text: search, regex, ignoreCase }) }),
  };
}

export function toLogMessage(item: LogItem, timestamps: boolean): LogMessage {
  if (item.type === 'end') return { type: 'end', exitCode: item.exitCode, finishedAt: item.finishedAt?.toISOString() ?? null };
  if (item.type === 'gap') return { type: 'gap', bytes: item.bytes, lines: item.lines, reason: item.reason };
  return {
    type: 'line',
    stream: item.stream,
    ...(timestamps && { time: instantText(item.nanoseconds) }),
    text: utf8(item.text),
    partial: item.partial,
  };
}

/** The same as NDJSON. Lines are most of what a server says about logs: put together from their parts they take a third of the time. */
export function toLogText(items: readonly LogPiece[], timestamps: boolean): string {
  let text = '';
  for (const item of items) {
    if (item.type === 'block') text += blockText(item, timestamps);
    else if (item.type === 'line') text += `${lineHead(item, timestamps)}${JSON.stringify(utf8(item.text))},"partial":${item.partial}}\n`;
    else text += `${JSON.stringify(toLogMessage(item, timestamps))}\n`;
  }
  return text;
}

const lineHead = ({ stream, nanoseconds }: Pick<LogBlock, 'stream' | 'nanoseconds'>, timestamps: boolean) =>
  `{"type":"line","stream":"${stream}",${timestamps ? `"time":"${instantText(nanoseconds)}",` : ''}"text":`;

const LINE_FEED = '\n'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);

/** All lines are made JSON at once: an escaped line break can be told from other escapes where no line has a backslash of its own. */
function blockText(block: LogBlock, timestamps: boolean): string {
  const { text } = block;
  const head = lineHead(block, timestamps);
  const lines = text.at(-1) === LINE_FEED ? text.subarray(0, -1) : text;
  const ended = ',"partial":false}\n';
  if (lines.includes(BACKSLASH)) {
    const each = utf8(lines)
      .split('\n')
      .map((line) => `${head}${JSON.stringify(line)}${ended}`);
    return each.join('');
  }
  return head + JSON.stringify(utf8(lines)).split('\\n').join(`"${ended}${head}"`) + ended;
}

const utf8 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();

let newest = { nanoseconds: -1n, text: '' };
let last = { second: -1n, text: '' };

/** RFC 3339 with nine digits, which `Date` cannot hold. Lines of one second are many, so the text of the last one is kept. */
export function instantText(nanoseconds: bigint): string {
  // Lines of one write have one time.
  if (nanoseconds === newest.nanoseconds) return newest.text;
  const second = nanoseconds / 1_000_000_000n;
  if (second !== last.second) last = { second, text: new Date(Number(second) * 1000).toISOString().slice(0, 19) };
  newest = { nanoseconds, text: `${last.text}.${String(nanoseconds - second * 1_000_000_000n).padStart(9, '0')}Z` };
  return newest.text;
}
