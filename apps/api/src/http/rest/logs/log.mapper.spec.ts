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
