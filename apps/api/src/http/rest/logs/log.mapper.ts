import type { LogMessage } from '@keelson/contracts';
import type { LogItem, LogQuery } from '../../../domain/logs/read-logs.js';

/** A query as the contract's schema has checked it. */
interface WireQuery {
  readonly tail?: number | 'all' | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly follow: boolean;
}

export function toLogQuery({ tail, since, until, follow }: WireQuery): LogQuery {
  return {
    follow,
    ...(typeof tail === 'number' && { tail }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

export function toLogMessage(item: LogItem, timestamps: boolean): LogMessage {
  if (item.type === 'end') return { type: 'end', exitCode: item.exitCode, finishedAt: item.finishedAt?.toISOString() ?? null };
  if (item.type === 'gap') return { type: 'gap', bytes: item.bytes, lines: item.lines, reason: item.reason };
  return {
    type: 'line',
    stream: item.stream,
    ...(timestamps && { time: instantText(item.nanoseconds) }),
    text: Buffer.from(item.text).toString('utf8'),
    partial: item.partial,
  };
}

/** RFC 3339 with nine digits, which `Date` cannot hold. */
function instantText(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`;
}
