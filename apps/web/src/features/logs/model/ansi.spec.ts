import { expect, it } from 'vitest';
import { plainLine } from './ansi';

const ESC = '\u001b';

it('leaves a plain line as it is', () => {
  expect(plainLine('a\tb 中')).toEqual({ text: 'a\tb 中', runs: [] });
});

it('turns colours into runs', () => {
  expect(plainLine(`a ${ESC}[1;31mred${ESC}[0m b`)).toEqual({
    text: 'a red b',
    runs: [{ start: 2, end: 5, style: 'ansi-bold ansi-red' }],
  });
});

it('takes the last colour, bright ones as their plain sisters', () => {
  expect(plainLine(`${ESC}[31m${ESC}[92mok`).runs).toEqual([{ start: 0, end: 2, style: 'ansi-green' }]);
});

it('steps over the parameters of extended colours', () => {
  expect(plainLine(`${ESC}[38;5;31mx${ESC}[38;2;1;31;3;32my`).runs).toEqual([{ start: 1, end: 2, style: 'ansi-green' }]);
});

it.each([
  ['cursor moves', `${ESC}[2Ka${ESC}[1;1Hb`, 'ab'],
  ['titles', `${ESC}]0;title\u0007a`, 'a'],
  ['an unfinished sequence', `a${ESC}[3`, 'a'],
  ['bells and NULs', 'a\u0007\u0000b', 'ab'],
])('shows nothing of %s', (_, raw, text) => {
  expect(plainLine(raw).text).toBe(text);
});

it('shows what was written last after carriage returns', () => {
  expect(plainLine('10 %\r20 %\r30 %\r').text).toBe('30 %');
});
