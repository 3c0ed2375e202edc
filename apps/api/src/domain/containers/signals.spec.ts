import { describe, expect, it } from 'vitest';
import { signalNumber } from './signals.js';

describe('signalNumber', () => {
  it.each([
    ['SIGTERM', 15],
    ['term', 15],
    ['KILL', 9],
    ['9', 9],
    [64, 64],
    ['SIGRTMIN', 34],
    ['SIGRTMIN+3', 37],
    ['RTMAX-1', 63],
  ])('reads %s', (signal, number) => {
    expect(signalNumber(signal)).toBe(number);
  });

  it.each(['', 'SIGNOPE', '0', '65', 65, 0, -1, 1.5, 'SIGRTMIN+40', 'constructor', '9;'])('refuses %s', (signal) => {
    expect(() => signalNumber(signal)).toThrowError(expect.objectContaining({ code: 'invalid_input' }));
  });
});
