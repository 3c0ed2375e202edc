import { readFile } from 'node:fs/promises';
import type { ContainerDetail, CreateContainerInput } from '@keelson/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { type KernelFile, kernelFile } from '../support/kernel-file.js';
import { type LoopDevice, openLoopDevice } from '../support/loop-device.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const suite = useSuite({ images: ['busybox'] });
let version: 1 | 2;
let disk: LoopDevice;
beforeAll(async () => {
  disk = await openLoopDevice(16 * MIB);
  version = (await suite.api.system()).cgroupVersion;
});
afterAll(() => disk?.close());

const MEMORY: KernelFile = { v1: ['memory', 'memory.limit_in_bytes'], v2: 'memory.max' };
const PIDS: KernelFile = { v1: ['pids', 'pids.max'], v2: 'pids.max' };
const QUOTA: KernelFile = { v1: ['cpu', 'cpu.cfs_quota_us'], v2: 'cpu.max' };
const WRITES: KernelFile = { v1: ['blkio', 'blkio.throttle.write_bps_device'], v2: 'io.max' };

function started(wanted: Partial<CreateContainerInput> = {}): Promise<ContainerDetail> {
  return suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '1000'], start: true, ...wanted });
}

const read = (container: ContainerDetail, file: KernelFile) => kernelFile(container, version, file);
const said = async (id: string, script: string) => (await suite.api.containers.exec(id, { command: ['sh', '-c', script] })).stdout.trim();

describe('a running container', () => {
  it('takes new limits at once, keeps the others, and has both after a restart of server and container', async () => {
    const container = await started({ resources: { memoryBytes: 64 * MIB, pidsLimit: 50 } });
    const { container: updated, requiresRestart } = await suite.api.containers.update(container.id, {
      resources: { memoryBytes: 96 * MIB, cpus: 0.5, ioWriteBps: [{ path: disk.path, rate: 65_536 }] },
      restartPolicy: { name: 'always' },
    });
    expect(requiresRestart).toEqual([]);
    const inForce = async () => {
      expect(await read(container, MEMORY)).toBe(String(96 * MIB));
      expect(await read(container, PIDS)).toBe('50');
      expect(await read(container, QUOTA)).toBe(version === 1 ? '50000' : '50000 100000');
      expect(await read(container, WRITES)).toContain('65536');
    };
    await inForce();
    expect(updated).toMatchObject({
      pid: container.pid,
      restartPolicy: { name: 'always' },
      resources: { memoryBytes: 96 * MIB, cpus: 0.5 },
    });

    await suite.server.stop();
    await suite.startServer();
    await inForce();
    const { resources } = await suite.api.containers.inspect(container.id);
    expect(resources).toEqual(updated.resources);
    await suite.api.containers.restart(container.id, 0);
    await inForce();
    await suite.api.containers.remove(container.id, { force: true });
  });

  it('loses a limit by null', async () => {
    const resources = {
      memoryBytes: 64 * MIB,
      memoryReservationBytes: 32 * MIB,
      cpus: 0.5,
      cpuShares: 512,
      cpusetCpus: '0',
      pidsLimit: 20,
      ioWriteBps: [{ path: disk.path, rate: 65_536 }],
    };
    const container = await started({ resources });
    const nulls = Object.fromEntries(Object.keys(resources).map((name) => [name, null]));
    const { container: updated } = await suite.api.containers.update(container.id, { resources: nulls });
    expect(updated.resources).toEqual({});
    expect(await read(container, MEMORY)).toBe(version === 1 ? '9223372036854771712' : 'max');
    expect(await read(container, { v1: ['memory', 'memory.soft_limit_in_bytes'], v2: 'memory.low' })).toBe(
      version === 1 ? '9223372036854771712' : '0',
    );
    expect(await read(container, QUOTA)).toBe(version === 1 ? '-1' : 'max 100000');
    expect(await read(container, { v1: ['cpu', 'cpu.shares'], v2: 'cpu.weight' })).toBe(version === 1 ? '1024' : '100');
    expect(await read(container, { v1: ['cpuset', 'cpuset.cpus'], v2: 'cpuset.cpus' })).toBe(
      (await readFile('/sys/devices/system/cpu/online', 'utf8')).trim(),
    );
    expect(await read(container, PIDS)).toBe('1024');
    expect(await read(container, WRITES)).toBe('');
  });

  it('is held back by a quota that it gets while it runs', async () => {
    const { id } = await started({ command: ['sh', '-c', 'while true; do :; done'] });
    await suite.api.containers.update(id, { resources: { cpus: 0.1 } });
    const { current } = await until(
      () => suite.api.containers.stats(id),
      (stats) => (stats.current?.cpuThrottledNs ?? 0) > 0,
      20_000,
    );
    expect(current?.cpuThrottledNs).toBeGreaterThan(0);
    await suite.api.containers.remove(id, { force: true });
  });

  it('cannot fork beyond a limit of processes that it gets while it runs', async () => {
    const { id } = await started();
    await suite.api.containers.update(id, { resources: { pidsLimit: 4 } });
    const { stdout, stderr } = await suite.api.containers.exec(id, {
      command: ['sh', '-c', 'for i in 1 2 3 4 5; do sleep 1 & done; wait'],
    });
    expect(stdout + stderr).toMatch(/can't fork|Resource temporarily unavailable/);
  });

  it('has new ulimits in PID 1 and in what joins it', async () => {
    const { id, pid } = await started({ resources: { ulimits: [{ name: 'nofile', soft: 100, hard: 200 }] } });
    await suite.api.containers.update(id, { resources: { ulimits: [{ name: 'nofile', soft: 50, hard: 150 }] } });
    expect(await readFile(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max open files +50 +150 /m);
    expect(await said(id, 'ulimit -n')).toBe('50');
  });

  it('has another size of /dev/shm, its files kept', async () => {
    const { id } = await started({ resources: { shmSizeBytes: 4 * MIB } });
    await said(id, 'echo kept > /dev/shm/file');
    await suite.api.containers.update(id, { resources: { shmSizeBytes: 8 * MIB } });
    expect(await said(id, 'cat /dev/shm/file; df -k /dev/shm | tail -n 1')).toMatch(/^kept\n\S+ +8192 /);
    expect(await said(id, 'head -c 7000000 /dev/zero > /dev/shm/big && echo fits')).toBe('fits');
    await expectFailure(suite.api.containers.update(id, { resources: { shmSizeBytes: 4 * MIB } }), 'limit_invalid');
    expect(await said(id, 'df -k /dev/shm | tail -n 1')).toMatch(/^\S+ +8192 /);
  });

  it('has another oom score', async () => {
    const { id, pid } = await started();
    await suite.api.containers.update(id, { resources: { oomScoreAdj: 300 } });
    expect(await readFile(`/proc/${pid}/oom_score_adj`, 'utf8')).toBe('300\n');
  });

  it('may open a device as soon as a rule allows it, and no more once it is taken back', async () => {
    const devices = [{ hostPath: disk.path, containerPath: '/dev/disk', permissions: 'r' }];
    const { id } = await started({ devices });
    const write = 'echo x > /dev/disk && echo done';
    expect(await said(id, write)).toBe('');
    await suite.api.containers.update(id, { deviceRules: [`b ${disk.number} w`] });
    expect(await said(id, write)).toBe('done');
    await suite.api.containers.update(id, { deviceRules: [] });
    expect(await said(id, write)).toBe('');
    expect(await said(id, 'head -c 10 /dev/disk | wc -c; head -c 1 /dev/zero | wc -c')).toBe('10\n1');
  });
});

describe('a change that is refused', () => {
  it('leaves everything as it was when the kernel refuses one of its values', async () => {
    const container = await started({
      resources: { memoryBytes: 64 * MIB, pidsLimit: 50, ulimits: [{ name: 'nofile', soft: 10, hard: 20 }] },
    });
    // The server has no CAP_SYS_RESOURCE everywhere; where it has, the kernel’s own ceiling of open files refuses this.
    const ulimits = [{ name: 'nofile' as const, soft: 10, hard: -1 }];
    const change = { resources: { memoryBytes: 128 * MIB, cpus: 0.5, pidsLimit: 60, shmSizeBytes: 8 * MIB, ulimits } };
    await expectFailure(suite.api.containers.update(container.id, change), 'limit_invalid');
    expect(await read(container, MEMORY)).toBe(String(64 * MIB));
    expect(await read(container, PIDS)).toBe('50');
    expect(await read(container, QUOTA)).toBe(version === 1 ? '-1' : 'max 100000');
    expect(await said(container.id, 'df -k /dev/shm | tail -n 1')).toMatch(/^\S+ +65536 /);
    expect(await readFile(`/proc/${container.pid}/limits`, 'utf8')).toMatch(/^Max open files +10 +20 /m);
    expect(await suite.api.containers.inspect(container.id)).toEqual(container);
  });

  it('is so before anything happens when a value is out of range', async () => {
    const container = await started({ resources: { memoryBytes: 64 * MIB } });
    const change = { resources: { pidsLimit: 60, memoryReservationBytes: 65 * MIB } };
    await expectFailure(suite.api.containers.update(container.id, change), 'limit_invalid');
    expect(await read(container, PIDS)).toBe('1024');
  });

  it('does not kill a container whose processes use more memory than the new limit', async () => {
    const script = 'head -c 40000000 /dev/zero > /dev/shm/data; echo ready; sleep 1000';
    const container = await started({ command: ['sh', '-c', script], resources: { memoryBytes: 96 * MIB, memorySwapBytes: 96 * MIB } });
    await until(
      () => suite.api.output(container.id),
      (text) => text.includes('ready'),
    );
    const change = { resources: { memoryBytes: 16 * MIB, memorySwapBytes: 16 * MIB } };
    await expect(suite.api.containers.update(container.id, change)).rejects.toThrow(/use more than 16777216 bytes/);
    expect(await read(container, MEMORY)).toBe(String(96 * MIB));
    expect(await suite.api.containers.inspect(container.id)).toMatchObject({ state: 'running', oomKilled: false });
  });

  it('says which fields need a restart, and with "record" keeps them for it', async () => {
    const container = await started({ sysctls: { 'net.core.somaxconn': '100' }, resources: { pidsLimit: 50 } });
    const change = { sysctls: { 'net.core.somaxconn': '200' }, resources: { pidsLimit: 60 } };
    await expect(suite.api.containers.update(container.id, change)).rejects.toMatchObject({
      body: { code: 'restart_required', details: { requiresRestart: ['sysctls'] } },
    });
    expect(await read(container, PIDS)).toBe('50');

    const { requiresRestart } = await suite.api.containers.update(container.id, { ...change, whenRestartNeeded: 'record' });
    expect(requiresRestart).toEqual(['sysctls']);
    expect(await read(container, PIDS)).toBe('60');
    expect(await said(container.id, 'cat /proc/sys/net/core/somaxconn')).toBe('100');
    await suite.api.containers.restart(container.id, 0);
    expect(await said(container.id, 'cat /proc/sys/net/core/somaxconn')).toBe('200');
  });
});

it('a container that does not run takes everything for its next start', async () => {
  const { id } = await started({ start: false });
  const { requiresRestart } = await suite.api.containers.update(id, {
    sysctls: { 'net.core.somaxconn': '300' },
    devices: [{ hostPath: disk.path, containerPath: '/dev/disk', permissions: 'r' }],
    resources: { memoryBytes: 32 * MIB },
  });
  expect(requiresRestart).toEqual([]);
  await suite.api.containers.start(id);
  expect(await said(id, 'cat /proc/sys/net/core/somaxconn; head -c 3 /dev/disk | wc -c')).toBe('300\n3');
});
