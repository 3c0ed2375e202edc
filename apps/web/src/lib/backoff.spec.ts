import { expect, it } from 'vitest';
import { backoffDelay } from './backoff';

it('doubles from half a second', () => {
  expect([0, 1, 2].map((attempts) => backoffDelay(attempts, 1))).toEqual([500, 1000, 2000]);
});

it('never waits longer than 15 s, however often it failed', () => {
  expect(backoffDelay(5000, 1)).toBe(15_000);
});

it('is spread over the upper half', () => {
  expect(backoffDelay(2, 0)).toBe(1000);
});
