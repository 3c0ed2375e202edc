import { describe, expect, it } from 'vitest';
import { containerRecord } from '../../testing/container-record.js';
import { ExitWaiters } from './exit-waiters.js';

describe('ExitWaiters', () => {
  const ended = containerRecord({ state: 'exited' });

  it('tells everybody who waits for that container, once', async () => {
    const waiters = new ExitWaiters();
    const both = Promise.all([waiters.next(ended.id), waiters.next(ended.id)]);
    const other = waiters.within('b'.repeat(64), 20);
    waiters.tell(ended.id, ended);
    expect(await both).toEqual([ended, ended]);
    expect(await other).toBeUndefined();
  });

  it('tells of a removal', async () => {
    const waiters = new ExitWaiters();
    const waiting = waiters.within(ended.id, 10_000);
    waiters.tell(ended.id, null);
    expect(await waiting).toBeNull();
  });

  it('lets go of a caller who has gone', async () => {
    const waiters = new ExitWaiters();
    const gone = new AbortController();
    const waiting = waiters.next(ended.id, gone.signal);
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
  });
});
