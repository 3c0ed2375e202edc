import { describe, expect, it } from 'vitest';
import { createFormatter } from './format';

const english = createFormatter('en');
const chinese = createFormatter('zh-CN');

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [64 * 1024 ** 2, '64 MiB'],
    [123.4 * 1024 ** 2, '123 MiB'],
    [24 * 1024 ** 3, '24 GiB'],
  ])('%d is %s', (value, text) => {
    expect(english.bytes(value)).toBe(text);
  });
});

describe('duration', () => {
  it.each([
    [0, '0 sec'],
    [59_999, '59 sec'],
    [3_840_000, '1 hr 4 min'],
    [90_061_000, '1 day 1 hr'],
  ])('%d ms is %s', (value, text) => {
    expect(english.duration(value)).toBe(text);
  });
});

describe('ago', () => {
  it('takes the largest unit that fits', () => {
    expect(english.ago(0, 200_000)).toBe('3 minutes ago');
    expect(english.ago(0, 86_400_000)).toBe('yesterday');
  });

  it('speaks Chinese', () => {
    expect(chinese.ago(0, 200_000)).toBe('3分钟前');
  });
});

it('percent keeps one digit', () => {
  expect(english.percent(0.1234)).toBe('12.3%');
});

it('clock shows milliseconds, in 24 hours', () => {
  expect(english.clock(new Date(2026, 10, 21, 20, 5, 6, 7).getTime())).toBe('20:05:06.007');
});
