import clsx from 'clsx';
import { memo } from 'react';
import { useFormat, useText } from '@/lib/i18n';
import type { LineRow, LogBlock, LogRow } from '../model/log-buffer';
import { type Finder, isShown, type Match, piecesOf, type ShownStream } from '../model/search';

export interface LogLook {
  readonly stream: ShownStream;
  readonly times: boolean;
  readonly wrap: boolean;
  /** What is marked. */
  readonly find: Finder | undefined;
}

interface LogLinesProps extends LogLook {
  readonly block: LogBlock;
  /** The match that was stepped to, when it is in this block. */
  readonly current: Match | undefined;
}

/** A block of rows. The browser skips drawing those that are out of sight. */
export const LogLines = memo(function LogLines({ block, current, ...look }: LogLinesProps) {
  return (
    <div className="[contain-intrinsic-size:auto_4000px] [content-visibility:auto]">
      {block.rows
        .filter((row) => isShown(row, look.stream))
        .map((row) => (
          <Row key={row.key} row={row} look={look} currentStart={current?.row === row.key ? current.start : undefined} />
        ))}
    </div>
  );
});

function Row({ row, look, currentStart }: { row: LogRow; look: LogLook; currentStart: number | undefined }) {
  const text = useText();
  const format = useFormat();
  if (row.kind === 'gap')
    return (
      <p role="note" className="my-1 border-warn border-y border-dashed px-3 py-0.5 font-sans text-term-warn">
        {text.logs.gaps[row.reason](format.bytes(row.bytes))}
      </p>
    );
  return (
    <div className={clsx('flex gap-3 px-3 hover:bg-white/5', row.stream === 'stderr' && 'border-term-bad border-l-2 pl-2.5')}>
      {look.times && row.time && (
        <time dateTime={row.time} title={row.time} className="shrink-0 select-none text-term-faint">
          {format.clock(row.time)}
        </time>
      )}
      <span className={clsx('min-w-0', look.wrap ? 'whitespace-pre-wrap break-words [overflow-wrap:anywhere]' : 'whitespace-pre')}>
        <Text row={row} find={look.find} currentStart={currentStart} />
      </span>
    </div>
  );
}

function Text({ row, find, currentStart }: { row: LineRow; find: Finder | undefined; currentStart: number | undefined }) {
  if (row.text === '') return '\u200b';
  if (row.runs.length === 0 && !find) return row.text;
  return piecesOf(row, find).map(({ start, text, style, marked }) =>
    marked ? (
      <mark key={start} className={style} data-current={currentStart === start || undefined}>
        {text}
      </mark>
    ) : (
      <span key={start} className={style}>
        {text}
      </span>
    ),
  );
}
