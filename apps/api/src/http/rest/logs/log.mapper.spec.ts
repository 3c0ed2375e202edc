import { expect, it } from 'vitest';
import type { LogItem } from '../../../domain/logs/read-logs.js';
import { toLogMessage, toLogText } from './log.mapper.js';

const line = (text: string | Buffer, nanoseconds = 1_763_700_000_000_000_007n): LogItem => ({
  type: 'line',
  stream: 'stderr',
  nanoseconds,
  text: Buffer.from(text),
  partial: false,
});

it.each([true, false])('writes what the messages say, whatever the container wrote (times: %s)', (timestamps) => {
  const items: LogItem[] = [
    line('plain'),
    line('quote " backslash \\ tab \t nul \0 escape \u001b[1m line separator \u2028'),
    line(Buffer.from([0xff, 0x00, 0xc3, 0x28])),
    line('later', 1_763_700_001_999_999_999n),
    { type: 'gap', reason: 'torn', bytes: 5, lines: null },
    { type: 'end', exitCode: 0, finishedAt: new Date(0) },
  ];
  const lines = toLogText(items, timestamps).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((text) => JSON.parse(text))).toEqual(items.map((item) => JSON.parse(JSON.stringify(toLogMessage(item, timestamps)))));
});

it.each([
  ['plain lines', 'one\ntwo\n\nfour\n'],
  ['escapes', 'quote "\ttab \u001b[1m\nnul \0 separator \u2028\n'],
  ['backslashes', 'C:\\new\nends with \\\n\\n\n'],
  ['bytes that are no text', Buffer.from([0xff, 0x0a, 0xc3, 0x0a, 0xe2, 0x82, 0x0a, 0xac, 0x0a])],
])('writes a block as its lines, one by one: %s', (_, bytes) => {
  const text = Buffer.from(bytes);
  const block = { type: 'block', stream: 'stdout', nanoseconds: 1_763_700_000_000_000_007n, text } as const;
  const lines: LogItem[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(0x0a, at);
    lines.push({ type: 'line', stream: 'stdout', nanoseconds: block.nanoseconds, text: text.subarray(at, end), partial: false });
    at = end + 1;
  }
  expect(toLogText([block], true)).toBe(toLogText(lines, true));
  expect(toLogText([block], false)).toBe(toLogText(lines, false));
});
