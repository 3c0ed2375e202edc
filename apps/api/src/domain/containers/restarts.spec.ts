import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ContainerHouse, containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { DomainError } from '../errors.js';

const alice = principalOf('default');
let house: ContainerHouse;

// The pauses are up to a minute: this file alone turns the clock by hand.
beforeEach(() => {
  vi.useFakeTimers();
  house = containerHouse();
});
afterEach(() => {
  house.scheduler.onApplicationShutdown();
  vi.useRealTimers();
});

const now = () => house.inspect.execute(alice, 'web');
const run = (restartPolicy: Parameters<typeof createRequest>[0] = {}) =>
  house.create.execute(alice, createRequest({ name: 'web', start: true, ...restartPolicy }));
const exit = async (code: number | null, seconds = 1) => {
  const { id, run: current } = now();
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  const finishedAt = new Date((current.startedAt?.getTime() ?? 0) + seconds * 1000);
  house.runtime.exit(id, code, { finishedAt });
  await vi.advanceTimersByTimeAsync(0);
};

describe('a restart policy', () => {
  it('starts it again after 100 ms, then 200 ms, and counts', async () => {
    await run({ restartPolicy: { name: 'always' } });
    await exit(1);
    expect(now()).toMatchObject({ state: 'restarting', restartCount: 1, run: { exitCode: 1 } });
    await vi.advanceTimersByTimeAsync(99);
    expect(now().state).toBe('restarting');
    await vi.advanceTimersByTimeAsync(1);
    expect(now().state).toBe('running');
    await exit(1);
    await vi.advanceTimersByTimeAsync(199);
    expect(now().state).toBe('restarting');
    await vi.advanceTimersByTimeAsync(1);
    expect(now()).toMatchObject({ state: 'running', restartCount: 2 });
  });

  it('starts over with a short pause after a healthy run', async () => {
    await run({ restartPolicy: { name: 'always' } });
    for (const seconds of [1, 1, 1, 11]) {
      await exit(1, seconds);
      await vi.advanceTimersByTimeAsync(seconds === 11 ? 100 : 400);
      expect(now().state).toBe('running');
    }
  });

  it('takes no run for a healthy one because somebody set the clock', async () => {
    await run({ restartPolicy: { name: 'always' } });
    await exit(1);
    await vi.advanceTimersByTimeAsync(100);
    const { id, run: current } = now();
    const aDayLater = new Date((current.startedAt?.getTime() ?? 0) + 86_400_000);
    house.runtime.exit(id, 1, { finishedAt: aDayLater });
    await vi.advanceTimersByTimeAsync(199);
    expect(now().state).toBe('restarting');
    await vi.advanceTimersByTimeAsync(1);
    expect(now().state).toBe('running');
  });

  it('on-failure leaves a success alone', async () => {
    await run({ restartPolicy: { name: 'on-failure' } });
    await exit(0);
    expect(now()).toMatchObject({ state: 'exited', run: { exitCode: 0 } });
  });

  it('on-failure:1 gives up after one restart', async () => {
    await run({ restartPolicy: { name: 'on-failure', maximumRetryCount: 1 } });
    await exit(7);
    await vi.advanceTimersByTimeAsync(100);
    await exit(7);
    expect(now()).toMatchObject({ state: 'exited', restartCount: 1, run: { exitCode: 7 } });
  });

  it('is over once a user stops it, also during the pause', async () => {
    await run({ restartPolicy: { name: 'always' } });
    await exit(1);
    await house.stop.execute(alice, 'web', 1);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(now()).toMatchObject({ state: 'exited', wanted: false });
  });

  it('does not bring back what was stopped or killed by a user', async () => {
    await run({ restartPolicy: { name: 'unless-stopped' } });
    await house.kill.execute(alice, 'web', 'SIGKILL');
    await vi.advanceTimersByTimeAsync(120_000);
    expect(now()).toMatchObject({ state: 'exited', run: { exitCode: 137 } });
  });

  it('is not waited for by a user who starts it', async () => {
    await run({ restartPolicy: { name: 'always' } });
    await exit(1);
    expect(await house.start.execute(alice, 'web')).toMatchObject({ state: 'running', restartCount: 0 });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(house.faults.told).toEqual([]);
  });

  it('tries again when the start itself fails', async () => {
    await run({ restartPolicy: { name: 'always' } });
    await exit(1);
    house.runtime.failStart = new DomainError('port_in_use', 'host port 80 is in use');
    await vi.advanceTimersByTimeAsync(100);
    expect(now()).toMatchObject({ state: 'restarting', run: { error: 'host port 80 is in use' } });
    house.runtime.failStart = null;
    await vi.advanceTimersByTimeAsync(200);
    expect(now()).toMatchObject({ state: 'running', run: { error: null } });
  });

  it('ends with the server', async () => {
    await run({ restartPolicy: { name: 'always' } });
    await exit(1);
    house.scheduler.onApplicationShutdown();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(now().state).toBe('restarting');
  });
});

describe('a lost supervisor', () => {
  it('is told as it is: code 255 and a sentence, never a success', async () => {
    await run();
    await exit(null);
    expect(now()).toMatchObject({ state: 'exited', run: { exitCode: 255, error: expect.stringContaining('without a record') } });
  });
});
