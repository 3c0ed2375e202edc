import type { LogMessage } from '@keelson/contracts';
import { expect, it } from 'vitest';
import { append, EMPTY_LOG, type LogBuffer, MOST_ROWS } from './log-buffer';

const line = (text: string, partial = false, stream: 'stdout' | 'stderr' = 'stdout'): LogMessage => ({
  type: 'line',
  stream,
  time: '2026-11-21T08:00:00.000000001Z',
  text,
  partial,
});
const rows = (buffer: LogBuffer) => buffer.blocks.flatMap((block) => block.rows);
const texts = (buffer: LogBuffer) => rows(buffer).map((row) => (row.kind === 'line' ? row.text : `gap ${row.bytes}`));

it('keeps lines and gaps in their order', () => {
  const buffer = append(append(EMPTY_LOG, [line('a')]), [{ type: 'gap', bytes: 7 }, line('b')]);
  expect(texts(buffer)).toEqual(['a', 'gap 7', 'b']);
});

it('joins the parts of a line, also when the other stream speaks in between', () => {
  const buffer = append(EMPTY_LOG, [line('a', true), line('err', false, 'stderr'), line('b', true), line('c'), line('d')]);
  expect(texts(buffer)).toEqual(['abc', 'err', 'd']);
});

it('joins parts that come in different messages', () => {
  expect(texts(append(append(EMPTY_LOG, [line('a', true)]), [line('b')]))).toEqual(['ab']);
});

it('does not touch the blocks before the last', () => {
  const before = append(
    EMPTY_LOG,
    Array.from({ length: 450 }, () => line('x')),
  );
  const after = append(before, [line('y')]);
  expect(after.blocks.slice(0, -1)).toEqual(before.blocks.slice(0, -1));
  expect(after.blocks[0]).toBe(before.blocks[0]);
});

it('lets the oldest go beyond its bound and says so', () => {
  const buffer = append(
    EMPTY_LOG,
    Array.from({ length: MOST_ROWS + 1 }, (_, at) => line(String(at))),
  );
  expect(rows(buffer).length).toBeLessThanOrEqual(MOST_ROWS);
  expect(texts(buffer).at(-1)).toBe(String(MOST_ROWS));
  expect(buffer.trimmed).toBe(true);
  expect(new Set(rows(buffer).map(({ key }) => key)).size).toBe(rows(buffer).length);
});
