import { expect, it } from 'vitest';
import { append, EMPTY_LOG, type LineRow } from './log-buffer';
import { expressionFinder, findMatches, piecesOf, textFinder } from './search';

const buffer = append(EMPTY_LOG, [
  { type: 'line', stream: 'stdout', text: 'Error: no error', partial: false },
  { type: 'gap', bytes: 1 },
  { type: 'line', stream: 'stderr', text: 'an \u001b[31merr\u001b[0mor', partial: false },
]);

it('finds every place, upper and lower case alike, across colours', () => {
  expect(findMatches(buffer, textFinder('error'), 'all')).toEqual([
    { row: 0, start: 0 },
    { row: 0, start: 10 },
    { row: 2, start: 3 },
  ]);
});

it('looks only at the stream that is shown', () => {
  expect(findMatches(buffer, textFinder('error'), 'stderr').map(({ row }) => row)).toEqual([2]);
});

it('finds nothing without a question', () => {
  expect(findMatches(buffer, undefined, 'all')).toEqual([]);
});

it('cuts a row where style or match changes, and loses no character', () => {
  const row = buffer.blocks[0]?.rows[2] as LineRow;
  expect(piecesOf(row, textFinder('error'))).toEqual([
    { start: 0, text: 'an ', style: '', marked: false },
    { start: 3, text: 'err', style: 'ansi-red', marked: true },
    { start: 6, text: 'or', style: '', marked: true },
  ]);
});

it('an empty row has no pieces', () => {
  expect(piecesOf({ kind: 'line', key: 0, stream: 'stdout', time: undefined, open: false, text: '', runs: [] }, textFinder('x'))).toEqual(
    [],
  );
});

it('marks an expression as far as it can be sure to end', () => {
  expect(expressionFinder('e.r', true)?.('an ERROR')).toEqual([{ start: 3, end: 6 }]);
  expect(expressionFinder('x*', false)?.('axxb')).toEqual([{ start: 1, end: 3 }]);
  expect(expressionFinder('(a+)+$', false)).toBeUndefined();
  expect(expressionFinder('(?P<code>5)', false)).toBeUndefined();
});

it('tells upper from lower case where that is wanted', () => {
  expect(textFinder('Error', false)('an error, an Error')).toEqual([{ start: 13, end: 18 }]);
});
