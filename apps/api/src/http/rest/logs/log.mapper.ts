import type { LogMessage } from '@keelson/contracts';
import { lineSearch } from '../../../domain/logs/line-search.js';
import type { LogItem, LogQuery } from '../../../domain/logs/read-logs.js';

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
export function toLogText(items: readonly LogItem[], timestamps: boolean): string {
  let text = '';
  for (const item of items) {
    if (item.type !== 'line') text += `${JSON.stringify(toLogMessage(item, timestamps))}\n`;
    else {
      const time = timestamps ? `"time":"${instantText(item.nanoseconds)}",` : '';
      text += `{"type":"line","stream":"${item.stream}",${time}"text":${JSON.stringify(utf8(item.text))},"partial":${item.partial}}\n`;
    }
  }
  return text;
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
