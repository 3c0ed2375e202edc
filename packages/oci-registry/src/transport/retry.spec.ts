import { describe, expect, it } from 'vitest';
import { backOffMs, DEFAULT_RETRY, isConnectionTrouble, retryAfterMs } from './retry.js';

describe('retryAfterMs', () => {
  const now = Date.UTC(2026, 0, 1);
  it.each([
    ['3', 3000],
    ['0', 0],
    [new Date(now + 90_000).toUTCString(), 90_000],
    [new Date(now - 90_000).toUTCString(), 0],
    ['soon', undefined],
    ['', undefined],
  ])('reads %j as %s', (text, expected) => {
    expect(retryAfterMs({ headers: { 'retry-after': text } }, now)).toBe(expected);
  });
});

describe('backOffMs', () => {
  it('grows, stays below its bound and differs from caller to caller', () => {
    for (const attempt of [1, 3, 10, 1000]) {
      const waits = Array.from({ length: 200 }, () => backOffMs(attempt, DEFAULT_RETRY));
      expect(Math.max(...waits)).toBeLessThanOrEqual(Math.min(DEFAULT_RETRY.maxMs, DEFAULT_RETRY.baseMs * 2 ** (attempt - 1)));
      expect(new Set(waits).size).toBeGreaterThan(100);
    }
  });
});

describe('isConnectionTrouble', () => {
  it('finds the code in a cause, and leaves permanent failures alone', () => {
    const coded = (code: string) => Object.assign(new Error(code), { code });
    expect(isConnectionTrouble(new Error('outer', { cause: coded('ECONNRESET') }))).toBe(true);
    expect(isConnectionTrouble(coded('ECONNREFUSED'))).toBe(false);
    expect(isConnectionTrouble(coded('ENOSPC'))).toBe(false);
    expect(isConnectionTrouble('ECONNRESET')).toBe(false);
  });
});
