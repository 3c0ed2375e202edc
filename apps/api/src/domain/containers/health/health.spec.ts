import { describe, expect, it } from 'vitest';
import { containerRecord } from '../../../testing/container-record.js';
import { afterProbe, type Health, type Healthcheck, healthOf, isStarting, untilNextProbe } from './health.js';

const CHECK: Healthcheck = {
  command: ['true'],
  intervalSeconds: 30,
  timeoutSeconds: 5,
  retries: 3,
  startPeriodSeconds: 60,
  startIntervalSeconds: 5,
  onUnhealthy: 'mark',
};
const START = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number) => new Date(START + seconds * 1000);
const probe = (exitCode: number, seconds = 0) => ({ startedAt: at(seconds), finishedAt: at(seconds), exitCode, output: '' });
const UNKNOWN: Health = { status: 'starting', failingStreak: 0, probes: [] };

/** Status after each probe: `+` success, `-` failure, `.` failure that is excused. */
function story(probes: string, retries = 3): string[] {
  let health = UNKNOWN;
  return [...probes].map((one) => {
    health = afterProbe(health, probe(one === '+' ? 0 : 1), { retries, excused: one === '.' });
    return health.status;
  });
}

const running = (health?: Health) =>
  containerRecord({
    state: 'running',
    config: { healthcheck: CHECK },
    run: { pid: 1, startedAt: at(0), finishedAt: null, exitCode: null, oomKilled: false, error: null, ...(health && { health }) },
  });

describe('health after probes', () => {
  it.each([
    ['+', ['healthy']],
    ['--+', ['starting', 'starting', 'healthy']],
    ['---', ['starting', 'starting', 'unhealthy']],
    ['+--+---', ['healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'unhealthy']],
    ['---+', ['starting', 'starting', 'unhealthy', 'healthy']],
    ['.....-', ['starting', 'starting', 'starting', 'starting', 'starting', 'starting']],
    ['.+...', ['starting', 'healthy', 'healthy', 'healthy', 'unhealthy']],
  ])('%s', (probes, expected) => {
    expect(story(probes)).toEqual(expected);
  });

  it('keeps the five newest', () => {
    let health = UNKNOWN;
    for (let second = 0; second < 8; ++second) health = afterProbe(health, probe(0, second), { retries: 1, excused: false });
    expect(health.probes.map(({ startedAt }) => startedAt)).toEqual([3, 4, 5, 6, 7].map(at));
  });
});

describe('the next probe', () => {
  it('comes after the start interval while it starts, and after the interval once it has answered or its time is over', () => {
    expect(untilNextProbe(running(), CHECK, START)).toBe(5000);
    expect(untilNextProbe(running({ ...UNKNOWN, status: 'healthy', probes: [probe(0, 5)] }), CHECK, START + 5000)).toBe(30_000);
    expect(untilNextProbe(running({ ...UNKNOWN, probes: [probe(1, 61)] }), CHECK, START + 61_000)).toBe(30_000);
  });

  it('is due at once when the server was down meanwhile, and never later than an interval, whatever the clock does', () => {
    const health = { ...UNKNOWN, status: 'healthy' as const, probes: [probe(0, 100)] };
    expect(untilNextProbe(running(health), CHECK, START + 110_000)).toBe(20_000);
    expect(untilNextProbe(running(health), CHECK, START + 999_000)).toBe(0);
    expect(untilNextProbe(running(health), CHECK, START - 999_000)).toBe(30_000);
  });

  it('is excused only within the start period and before the first success', () => {
    expect(isStarting(running(), CHECK, START + 59_000)).toBe(true);
    expect(isStarting(running(), CHECK, START + 60_000)).toBe(false);
    expect(isStarting(running({ ...UNKNOWN, status: 'healthy' }), CHECK, START + 1000)).toBe(false);
  });
});

it('nobody asks a container without a health check', () => {
  expect(healthOf(containerRecord())).toBeNull();
  expect(healthOf(running())).toEqual(UNKNOWN);
});
