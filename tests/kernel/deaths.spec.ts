import { type Death, deathList } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { kernelFile } from '../support/kernel-file.js';
import { useSuite } from '../support/suite.js';

const MIB = 1024 * 1024;
const suite = useSuite({ images: ['busybox'] });
const sh = (script: string) => ['sh', '-c', script];
const hog = (mebibytes: number) => `dd if=/dev/zero of=/dev/null bs=${mebibytes}M count=1`;

async function lastDeath(id: string): Promise<Death> {
  await suite.api.containers.wait(id);
  const [death] = await suite.api.json(deathList, 'GET', `/containers/${id}/deaths`);
  if (!death) throw new Error('it has no death record');
  return death;
}

describe('what a run has used, in its death record', () => {
  it('is at least what the files of the kernel said while it ran', async () => {
    const version = (await suite.api.system()).cgroupVersion;
    // It takes memory and processes, gives them back, and is throttled for being busy all the time.
    const script = `${hog(24)} 2>/dev/null; (sleep 0.2 & sleep 0.2 & wait); i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done; echo ready; read line; exit 0`;
    const container = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: sh(script),
      openStdin: true,
      network: 'none',
      resources: { memoryBytes: 64 * MIB, pidsLimit: 40, cpus: 0.05 },
      start: true,
    });
    for await (const line of suite.api.containers.logs(container.id, { follow: true }))
      if (line.type === 'line' && line.text === 'ready') break;
    const number = async (...names: Parameters<typeof kernelFile>[2][]) =>
      Promise.all(names.map((name) => kernelFile(container, version, name)));
    const [peak = '', stat = ''] = await number(
      { v1: ['memory', 'memory.max_usage_in_bytes'], v2: 'memory.peak' },
      { v1: ['cpu', 'cpu.stat'], v2: 'cpu.stat' },
    );
    const throttled = Number(/(?:throttled_time|throttled_usec) (\d+)/.exec(stat)?.[1]) * (version === 1 ? 1 : 1000);
    await suite.api.containers.kill(container.id, 'KILL');
    const { usage } = await lastDeath(container.id);
    expect(Number(peak)).toBeGreaterThan(20 * MIB);
    expect(usage).toMatchObject({ memoryLimitBytes: 64 * MIB, pidsLimit: 40 });
    expect(usage?.memoryPeakBytes).toBeGreaterThanOrEqual(Number(peak));
    expect(throttled).toBeGreaterThan(0);
    expect(usage?.cpuThrottledNs).toBeGreaterThanOrEqual(throttled);
    expect(usage?.cpuUsageNs).toBeGreaterThan(10e6);
    if (usage?.pidsPeak !== null) expect(usage?.pidsPeak).toBeGreaterThanOrEqual(3);
  });

  it('of one without limits has none', async () => {
    const { container } = await suite.api.run({ image: suite.image('busybox'), command: ['true'], network: 'none' });
    expect((await lastDeath(container.id)).usage).toMatchObject({ memoryLimitBytes: null });
  });
});

describe('a process taken by the OOM killer', () => {
  it('is named with its command, and the first one with its pid inside', async () => {
    const first = await suite.api.run({
      image: suite.image('busybox'),
      command: hog(128).split(' '),
      network: 'none',
      resources: { memoryBytes: 32 * MIB },
    });
    const death = await lastDeath(first.container.id);
    expect(death).toMatchObject({
      cause: 'oom',
      oom: { victim: { command: 'dd', pidInside: 1 } },
      sender: { kind: 'kernel', certain: true },
    });
    expect(death.sentence).toMatch(/^killed by the kernel: memory (31|32) MiB of 32 MiB, at .* UTC, process dd \(pid 1 inside\)$/);
  });

  it('that was a child is not taken for the first', async () => {
    const child = await suite.api.run({
      image: suite.image('busybox'),
      command: sh(`${hog(128)}; exit 7`),
      network: 'none',
      resources: { memoryBytes: 32 * MIB },
    });
    const death = await lastDeath(child.container.id);
    expect(death).toMatchObject({ cause: 'exited', exitCode: 7, oom: { victim: { command: 'dd', pidInside: null } } });
  });
});
