import { describe, expect, it } from 'vitest';
import { parseSize, sizeText } from './texts';

describe('a size', () => {
  it.each([
    ['64', 64 * 1024 ** 2],
    ['64m', 64 * 1024 ** 2],
    ['64 MiB', 64 * 1024 ** 2],
    ['1.5 GB', 1.5 * 1024 ** 3],
    ['512k', 512 * 1024],
    ['100 B', 100],
    ['0', 0],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'lots', '-1', '1 XiB', '1..5', 'm'])('"%s" is none', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  it.each([0, 1, 1023, 1024, 1_000_000, 64 * 1024 ** 2, 1.5 * 1024 ** 3, 3 * 1024 ** 3])(
    'of %d bytes is written so that it reads back',
    (bytes) => {
      expect(parseSize(sizeText(bytes))).toBe(bytes);
    },
  );
});
