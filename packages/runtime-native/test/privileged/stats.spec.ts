import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { StatsReader } from '../../lib/index.js';
import { type Config, Workshop } from '../support/bundle.js';
import { startContainer } from '../support/containers.js';

let workshop: Workshop;
const running: Awaited<ReturnType<typeof startContainer>>[] = [];
beforeAll(() => {
  workshop = new Workshop();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((container) => container.end()));
});
afterAll(() => workshop.close());

async function start(args: string[], change?: (config: Config) => void) {
  const container = await startContainer(workshop.bundle(args, change));
  running.push(container);
  return container;
}

describe('statistics', () => {
  it('tell use and limits of a busy container', async () => {
    const { state } = await start(['sh', '-c', 'while :; do :; done'], (config) => {
      config.linux.resources = { memory: { limit: 64 << 20 }, pids: { limit: 50 }, cpu: { quota: 20_000, period: 100_000 } };
    });
    const reader = new StatsReader();
    reader.add('busy', state.cgroup, state.pid);
    const read = async () => (await reader.sample()).get('busy');
    const first = await read();
    expect(first).toMatchObject({ memoryLimitBytes: 64 << 20, pids: 1, pidsLimit: 50, networkRxBytes: 0, oomKills: 0 });
    expect(first?.memoryBytes).toBeGreaterThan(4096);
    expect(first?.memoryPeakBytes).toBeGreaterThanOrEqual(first?.memoryBytes ?? Number.POSITIVE_INFINITY);
    await expect
      .poll(async () => ((await read())?.cpuUsageNs ?? 0) - (first?.cpuUsageNs ?? 0), { timeout: 10_000 })
      .toBeGreaterThan(20_000_000);
    await expect.poll(async () => (await read())?.cpuThrottledNs, { timeout: 10_000 }).toBeGreaterThan(0);
  });

  it('tell pressure where the kernel counts it for groups, and null where not', async () => {
    const { state } = await start(['sh', '-c', 'while :; do :; done & while :; do :; done'], (config) => {
      config.linux.resources = { cpu: { quota: 20_000, period: 100_000 } };
    });
    const reader = new StatsReader();
    reader.add('busy', state.cgroup, null);
    const read = async () => (await reader.sample()).get('busy');
    await expect.poll(async () => (await read())?.cpuThrottledPeriods, { timeout: 10_000 }).toBeGreaterThan(0);
    const onV2 = existsSync('/sys/fs/cgroup/cgroup.controllers') && existsSync('/proc/pressure');
    if (onV2) await expect.poll(async () => (await read())?.cpuPressureNs, { timeout: 10_000 }).toBeGreaterThan(0);
    const sample = await read();
    const pressures = [sample?.memoryPressureNs, sample?.memoryFullPressureNs, sample?.ioPressureNs, sample?.ioFullPressureNs];
    expect(pressures.every((one) => (onV2 ? typeof one === 'number' : one === null))).toBe(true);
  });

  it('tell no limit as null', async () => {
    const { state } = await start(['sleep', '1000'], (config) => {
      config.linux.resources = {};
    });
    const reader = new StatsReader();
    reader.add('idle', state.cgroup, null);
    expect((await reader.sample()).get('idle')).toMatchObject({ memoryLimitBytes: null, pidsLimit: null, pids: 1 });
  });

  it('tell null for a container that has ended and nothing for one that was removed', async () => {
    const first = await start(['sleep', '1000']);
    const second = await start(['sleep', '1000']);
    const reader = new StatsReader();
    reader.add('first', first.state.cgroup, first.pid);
    reader.add('second', second.state.cgroup, second.pid);
    reader.add('never', '/no/such/group', null);
    await reader.sample();
    await first.end();
    reader.remove('second');
    await expect
      .poll(async () => [...(await reader.sample())])
      .toEqual([
        ['first', null],
        ['never', null],
      ]);
  });

  it('of many containers come in one answer, shared by callers who ask at the same time', async () => {
    const { state } = await start(['sleep', '1000']);
    const reader = new StatsReader();
    for (let count = 0; count < 100; count++) reader.add(`copy ${count}`, state.cgroup, state.pid);
    const [first, second] = await Promise.all([reader.sample(), reader.sample()]);
    expect(second).toBe(first);
    expect(first.size).toBe(100);
    expect([...first.values()].every((sample) => sample?.pids === 1)).toBe(true);
  });
});
