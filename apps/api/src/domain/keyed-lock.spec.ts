import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { KeyedLock } from './keyed-lock.js';

describe('KeyedLock', () => {
  it('runs work on one key one after the other, in the order of asking', async () => {
    const lock = new KeyedLock();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} in`);
      await setImmediate();
      seen.push(`${name} out`);
    };
    await Promise.all([lock.run('a', work('1')), lock.run('a', work('2'))]);
    expect(seen).toEqual(['1 in', '1 out', '2 in', '2 out']);
  });

  it('lets work on different keys overlap', async () => {
    const lock = new KeyedLock();
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = lock.run('a', () => promise);
    await lock.run('b', async () => resolve());
    await first;
  });

  it('goes on after a failure, which only its own caller sees', async () => {
    const lock = new KeyedLock();
    const failed = lock.run('a', async () => {
      throw new Error('no');
    });
    const next = lock.run('a', async () => 'done');
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('done');
  });

  it('forgets keys that nobody uses', async () => {
    const lock = new KeyedLock();
    await Promise.all([lock.run('a', setImmediate), lock.run('a', setImmediate), lock.run('b', setImmediate)]);
    await setImmediate();
    expect(lock.size).toBe(0);
  });
});
