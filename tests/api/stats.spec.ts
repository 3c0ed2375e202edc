import { cpus, totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const suite = useSuite({ images: ['busybox'] });

describe('statistics', () => {
  it('of a busy container grow, and show its limits', async () => {
    const { id } = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'while true; do head -c 10000000 /dev/zero > /dev/null; done'],
      resources: { memoryBytes: 32 * MIB, cpus: 0.5 },
      start: true,
    });
    const { history, current } = await until(
      () => suite.api.containers.stats(id),
      (stats) => stats.history.length >= 3,
    );
    const usage = history.map(({ cpuUsageNs }) => cpuUsageNs);
    expect(usage).toEqual([...usage].sort((a, b) => a - b));
    expect(usage.at(-1)).toBeGreaterThan(usage[0] ?? 0);
    expect(current?.memoryLimitBytes).toBe(32 * MIB);
    expect(current?.memoryBytes).toBeGreaterThan(0);
    expect(current?.memoryPeakBytes).toBeGreaterThanOrEqual(current?.memoryWorkingSetBytes ?? 0);
    expect(current?.pids).toBeGreaterThanOrEqual(1);
    expect(current?.cpuCores).toBeGreaterThan(0);
    expect(current?.cpuCores).toBeLessThan(1);
  });

  it('tell cache, swap, throttling and, where the kernel has it, pressure', async () => {
    const { id } = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'head -c 8000000 /dev/zero > /file; while true; do :; done'],
      resources: { memoryBytes: 64 * MIB, cpus: 0.2 },
      start: true,
    });
    const { current } = await until(
      () => suite.api.containers.stats(id),
      (stats) => (stats.current?.cpuThrottledPeriods ?? 0) > 0 && (stats.current?.memoryCacheBytes ?? 0) > 7_000_000,
    );
    expect(current?.cpuPeriods).toBeGreaterThanOrEqual(current?.cpuThrottledPeriods ?? 0);
    expect(current?.memoryCacheBytes).toBeLessThanOrEqual(current?.memoryBytes ?? 0);
    const { cgroupVersion } = await suite.api.system();
    // v1 has no pressure of groups.
    if (cgroupVersion === 1) expect(current?.cpuPressureNs).toBeNull();
    else expect(current?.cpuPressureNs).toBeGreaterThan(0);
  });

  it('of the past come by the second, and by ten seconds also from before a restart of the server', { timeout: 40_000 }, async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '100'], start: true });
    const tens = () => suite.api.containers.statsHistory(id, { step: 10 });
    const [first] = (await until(tens, ({ samples }) => samples.length > 0, 20_000)).samples;
    expect((await suite.api.containers.statsHistory(id)).step).toBe(1);
    expect((await suite.api.containers.statsHistory(id, { since: '1h' })).step).toBe(10);
    expect((await suite.api.containers.statsHistory(id, { since: '2d' })).step).toBe(60);
    expect(await suite.api.containers.statsHistory(id, { step: 10, until: '1h' })).toEqual({ step: 10, samples: [] });
    await suite.server.stop();
    await suite.startServer();
    expect((await tens()).samples[0]).toEqual(first);
  });

  it('refuse a step that is not kept', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox') });
    await expectFailure(suite.api.containers.statsHistory(id, { step: 7 }), 'invalid_input');
    await expectFailure(suite.api.containers.statsHistory(id, { since: 'soon' }), 'invalid_input');
  });

  it('count the bytes of the network', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '100'], start: true });
    const { network } = await suite.api.containers.inspect(id);
    await suite.api.containers.exec(id, { command: ['wget', '-q', '-T', '2', '-O', '-', `http://${network.gatewayIpv4}:9/`] });
    const { current } = await until(
      () => suite.api.containers.stats(id),
      (stats) => (stats.current?.networkTxBytes ?? 0) > 50,
    );
    expect(current?.networkRxBytes).toBeGreaterThan(0);
  });

  it('of a container that never ran are empty', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox') });
    expect(await suite.api.containers.stats(id)).toEqual({ current: null, history: [] });
  });

  it('of an unknown container are not found', async () => {
    await expectFailure(suite.api.containers.stats('f'.repeat(64)), 'container_not_found');
  });
});

it('the system page tells the host’s size and the instance’s own paths', async () => {
  const system = await suite.api.system();
  expect(system).toMatchObject({ cpus: cpus().length, root: suite.instance.root, dockerSocket: `${suite.instance.run}/docker.sock` });
  expect(system.memoryBytes).toBeLessThanOrEqual(totalmem());
  expect(system.disk.freeBytes).toBeGreaterThan(0);
  expect(system.containers.total).toBe((await suite.api.containers.list()).length);
});
