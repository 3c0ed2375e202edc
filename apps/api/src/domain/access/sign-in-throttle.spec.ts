import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignInThrottle } from './sign-in-throttle.js';

describe('the throttle of sign-ins', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  const fail = (throttle: SignInThrottle, client: string, times: number) => {
    for (let time = 0; time < times; ++time) throttle.attempt(client);
  };

  it('counts each client for itself', () => {
    const throttle = new SignInThrottle();
    fail(throttle, 'a', 10);
    expect(() => throttle.attempt('a')).toThrow('too many failed sign-ins; try again in 6 s');
    expect(() => throttle.attempt('b')).not.toThrow();
  });

  it('forgets one failure every six seconds, and all of them in a minute', () => {
    const throttle = new SignInThrottle();
    fail(throttle, 'a', 10);
    vi.advanceTimersByTime(6_000);
    throttle.attempt('a');
    expect(() => throttle.attempt('a')).toThrow();
    vi.advanceTimersByTime(60_000);
    expect(() => fail(throttle, 'a', 10)).not.toThrow();
  });

  it('remembers a thousand clients and no more', () => {
    const throttle = new SignInThrottle();
    fail(throttle, 'first', 10);
    for (let client = 0; client < 999; ++client) throttle.attempt(`c${client}`);
    expect(() => throttle.attempt('first')).toThrow();
    throttle.attempt('one more');
    expect(() => throttle.attempt('first')).not.toThrow();
  });
});
