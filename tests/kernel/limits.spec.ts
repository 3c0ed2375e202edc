import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const suite = useSuite({ images: ['busybox'] });
/** dd reads its whole block into memory. */
const allocate = (mebibytes: number) => ['dd', 'if=/dev/zero', 'of=/dev/null', `bs=${mebibytes}M`, 'count=1'];

describe('memory', () => {
  it('beyond the limit ends the container and says so, and its neighbour does not notice', async () => {
    const neighbour = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'i=0; while true; do i=$((i+1)); echo $i; sleep 0.1; done'],
      resources: { memoryBytes: 64 * MIB },
      start: true,
    });
    const { container, result } = await suite.api.run({
      image: suite.image('busybox'),
      command: allocate(128),
      resources: { memoryBytes: 64 * MIB, memorySwapBytes: 64 * MIB },
    });
    expect(result).toMatchObject({ exitCode: 137, oomKilled: true });
    expect(await suite.api.containers.inspect(container.id)).toMatchObject({ state: 'exited', exitCode: 137, oomKilled: true });

    const before = (await suite.api.output(neighbour.id)).length;
    await until(
      () => suite.api.output(neighbour.id),
      (text) => text.length > before,
    );
    expect(await suite.api.containers.inspect(neighbour.id)).toMatchObject({ state: 'running', oomKilled: false, restartCount: 0 });
  });

  it('within the limit is given', async () => {
    const { result } = await suite.api.run({
      image: suite.image('busybox'),
      command: allocate(32),
      resources: { memoryBytes: 64 * MIB, memorySwapBytes: 64 * MIB },
    });
    expect(result).toMatchObject({ exitCode: 0, oomKilled: false });
  });

  it('below six mebibytes is refused before anything is made', async () => {
    const before = await suite.api.containers.list();
    const refused = suite.api.containers.create({ image: suite.image('busybox'), resources: { memoryBytes: MIB } });
    await expect(refused).rejects.toThrow(/memoryBytes|memory limit/);
    expect(await suite.api.containers.list()).toEqual(before);
  });

  it('more swap than memory asks for is refused', async () => {
    const resources = { memoryBytes: 64 * MIB, memorySwapBytes: 32 * MIB };
    await expectFailure(suite.api.containers.create({ image: suite.image('busybox'), resources }), 'limit_invalid');
  });
});

describe('processes', () => {
  it('beyond the limit cannot be made', async () => {
    const { container } = await suite.api.run({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 2 & done; wait'],
      resources: { pidsLimit: 6 },
    });
    expect(await suite.api.output(container.id, 'stderr')).toMatch(/can't fork|Resource temporarily unavailable/);
  });

  it('are limited even where nobody asked for it', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '100'], start: true });
    const stats = await until(
      () => suite.api.containers.stats(id),
      ({ current }) => current !== null,
    );
    expect(stats.current?.pidsLimit).toBe(1024);
  });
});

describe('processor time', () => {
  it('is held back at the quota', async () => {
    const { id } = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'while true; do :; done'],
      resources: { cpus: 0.2 },
      start: true,
    });
    const { current } = await until(
      () => suite.api.containers.stats(id),
      (stats) => (stats.current?.cpuUsageNs ?? 0) > 400_000_000,
      20_000,
    );
    const { startedAt } = await suite.api.containers.inspect(id);
    const lived = (Date.parse(current?.time ?? '') - Date.parse(startedAt ?? '')) * 1e6;
    // Two periods of slack: the first starts with a full quota and the last may be ahead of the sample.
    expect(current?.cpuUsageNs ?? 0).toBeLessThan(lived * 0.2 + 2 * 20_000_000 + 20_000_000);
    expect(current?.cpuThrottledNs ?? 0).toBeGreaterThan(0);
    await suite.api.containers.remove(id, { force: true });
  });

  it('is taken only on the given cores', async () => {
    const { container } = await suite.api.run({
      image: suite.image('busybox'),
      command: ['grep', 'Cpus_allowed_list', '/proc/self/status'],
      resources: { cpusetCpus: '0' },
    });
    expect(await suite.api.output(container.id)).toMatch(/^Cpus_allowed_list:\s+0\n$/);
  });

  it.each([
    ['more cores than the host has', { cpus: 4096 }],
    ['a core that is not there', { cpusetCpus: '4000' }],
  ])('of %s is refused as a limit', async (_, resources) => {
    await expectFailure(suite.api.containers.create({ image: suite.image('busybox'), resources }), 'limit_invalid');
  });
});

it('limits are the kernel’s, readable from the host in the container’s own group', async () => {
  const { id } = await suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sleep', '100'],
    resources: { memoryBytes: 64 * MIB, pidsLimit: 77 },
    start: true,
  });
  const { cgroupPath } = await suite.api.containers.inspect(id);
  const { cgroupVersion } = await suite.api.system();
  const [memory, pids] = cgroupVersion === 2 ? ['memory.max', 'pids.max'] : ['memory.limit_in_bytes', 'pids.max'];
  const file = (controller: string, name: string) =>
    readFile(`/sys/fs/cgroup/${cgroupVersion === 2 ? '' : `${controller}/`}${cgroupPath}/${name}`, 'utf8');
  expect((await file('memory', memory)).trim()).toBe(String(64 * MIB));
  expect((await file('pids', pids)).trim()).toBe('77');
});
