import { describe, expect, it } from 'vitest';
import { containerRecord } from '../../testing/container-record.js';
import type { RestartPolicy } from './container.js';
import { comesBackAfterReboot, nextDelay, shouldRestart } from './restart-policy.js';

const ended = (restartPolicy: RestartPolicy, changes: { wanted?: boolean; restartCount?: number } = {}) =>
  containerRecord({ wanted: true, ...changes, config: { restartPolicy }, run: { ...containerRecord().run, startedAt: new Date(0) } });

describe('after an exit', () => {
  it.each<[RestartPolicy, number, boolean]>([
    [{ name: 'no' }, 1, false],
    [{ name: 'always' }, 0, true],
    [{ name: 'unless-stopped' }, 0, true],
    [{ name: 'on-failure' }, 0, false],
    [{ name: 'on-failure' }, 3, true],
    [{ name: 'on-failure', maximumRetryCount: 0 }, 3, true],
  ])('policy %o and code %i: restart %s', (policy, exitCode, restarts) => {
    expect(shouldRestart(ended(policy), exitCode)).toBe(restarts);
  });

  it('on-failure:2 stops after two restarts', () => {
    const policy = { name: 'on-failure', maximumRetryCount: 2 } as const;
    const counts = [0, 1, 2].map((restartCount) => shouldRestart(ended(policy, { restartCount }), 1));
    expect(counts).toEqual([true, true, false]);
  });

  it.each(['always', 'unless-stopped', 'on-failure'] as const)('%s leaves alone what a user has stopped', (name) => {
    expect(shouldRestart(ended({ name }, { wanted: false }), 1)).toBe(false);
  });
});

describe('after a reboot', () => {
  it('always brings back even what a user had stopped, unless-stopped does not', () => {
    expect(comesBackAfterReboot(ended({ name: 'always' }, { wanted: false }))).toBe(true);
    expect(comesBackAfterReboot(ended({ name: 'unless-stopped' }, { wanted: false }))).toBe(false);
    expect(comesBackAfterReboot(ended({ name: 'unless-stopped' }))).toBe(true);
  });

  it('does not start what never ran', () => {
    expect(comesBackAfterReboot(containerRecord({ config: { restartPolicy: { name: 'always' } } }))).toBe(false);
  });
});

describe('the pause before the next run', () => {
  it('doubles from 100 ms to a minute', () => {
    const delays: number[] = [];
    for (let delay: number | undefined; delays.length < 12; delays.push(delay)) delay = nextDelay(delay, 50);
    expect(delays.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(delays.at(-1)).toBe(60_000);
  });

  it('starts over after a run of ten seconds', () => {
    expect(nextDelay(12_800, 10_000)).toBe(100);
    expect(nextDelay(12_800, 9_999)).toBe(25_600);
  });
});
