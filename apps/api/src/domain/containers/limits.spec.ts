import { describe, expect, it } from 'vitest';
import { checkLimits } from './limits.js';
import type { Resources } from './resources.js';

const V1 = {
  memoryBytes: 8 * 1024 ** 3,
  cpus: 4,
  onlineCpus: new Set([0, 1, 2, 3]),
  memoryNodes: new Set([0]),
  swappiness: true,
  hugePages: new Set(['2MB']),
  io: { rates: true, weight: true },
};
const HOST = { ...V1, swappiness: false };
const MIB = 1024 ** 2;

describe('checkLimits', () => {
  it.each<[Resources, string, string]>([
    [{ memoryBytes: 4 * MIB }, 'resources.memoryBytes', 'memory limit 4 MiB is below the 6 MiB minimum; raise memoryBytes'],
    [{ memoryBytes: 9 * 1024 ** 3 }, 'resources.memoryBytes', 'memory limit 9 GiB is more than the 8 GiB of this host; lower memoryBytes'],
    [{ memorySwapBytes: 64 * MIB }, 'resources.memorySwapBytes', 'needs a memory limit'],
    [{ memoryBytes: 64 * MIB, memorySwapBytes: 32 * MIB }, 'resources.memorySwapBytes', 'below the memory limit 64 MiB'],
    [{ cpus: 5 }, 'resources.cpus', 'cpus 5 is more than the 4 CPUs of this host; lower cpus'],
    [{ cpus: 0 }, 'resources.cpus', 'above 0'],
    [{ cpusetCpus: '0-4' }, 'resources.cpusetCpus', 'CPU 4 is not one of this host; it has 0, 1, 2, 3'],
    [{ cpusetCpus: '2-1' }, 'resources.cpusetCpus', 'is not a list of CPUs'],
    [{ cpusetCpus: '0-99999' }, 'resources.cpusetCpus', 'is not a list of CPUs'],
    [{ pidsLimit: 0 }, 'resources.pidsLimit', 'no room for a process'],
    [{ memoryReservationBytes: MIB }, 'resources.memoryReservationBytes', 'below the 6 MiB minimum'],
    [{ memoryBytes: 64 * MIB, memoryReservationBytes: 65 * MIB }, 'resources.memoryReservationBytes', 'more than the memory limit 64 MiB'],
    [{ memoryReservationBytes: 9 * 1024 ** 3 }, 'resources.memoryReservationBytes', 'more than the 8 GiB of this host'],
    [{ memorySwappiness: 101 }, 'resources.memorySwappiness', 'not between 0 and 100'],
    [{ memorySwappiness: 10 }, 'resources.memorySwappiness', 'cgroup v2, where a group has no swappiness'],
    [{ shmSizeBytes: 1 }, 'resources.shmSizeBytes', 'below one page'],
    [{ shmSizeBytes: 9 * 1024 ** 3 }, 'resources.shmSizeBytes', 'more than the 8 GiB of this host'],
    [{ oomScoreAdj: -1001 }, 'resources.oomScoreAdj', 'not between -1000 and 1000'],
    [{ cpus: 1, cpuQuotaMicros: 1000 }, 'resources.cpuQuotaMicros', 'same as cpus'],
    [{ cpus: 1, cpuPeriodMicros: 1000 }, 'resources.cpuPeriodMicros', 'same as cpus'],
    [{ cpuQuotaMicros: 999 }, 'resources.cpuQuotaMicros', 'minimum of 1000'],
    [{ cpuPeriodMicros: 1_000_001 }, 'resources.cpuPeriodMicros', 'not between 1000 and 1000000'],
    [{ cpuShares: 1 }, 'resources.cpuShares', 'not between 2 and 262144'],
    [{ cpusetMems: '1' }, 'resources.cpusetMems', 'memory node 1 is not one of this host; it has 0'],
    [{ ulimits: [{ name: 'files', soft: 1 }] }, 'resources.ulimits', '"files" is not a ulimit'],
    [{ ulimits: [{ name: 'nofile', soft: -2 }] }, 'resources.ulimits', 'nofile=-2 is not a whole number'],
    [{ ulimits: [{ name: 'nofile', soft: 2, hard: 1 }] }, 'resources.ulimits', 'above its hard limit 1'],
    [{ ulimits: [{ name: 'nofile', soft: -1, hard: 1 }] }, 'resources.ulimits', 'soft limit unlimited of ulimit nofile'],
    [{ ulimits: ['nofile', 'nofile'].map((name) => ({ name, soft: 1 })) }, 'resources.ulimits', 'given twice'],
    [{ hugePages: [{ pageSize: '1GB', limitBytes: 0 }] }, 'resources.hugePages', 'this host has 2MB'],
    [{ hugePages: [{ pageSize: '2MB', limitBytes: MIB }] }, 'resources.hugePages', 'no multiple of the page size 2MB'],
    [{ ioWeight: 9 }, 'resources.ioWeight', 'not between 10 and 1000'],
    [{ ioWeightDevices: [{ path: '/dev/sda', weight: 1001 }] }, 'resources.ioWeightDevices', 'not between 10 and 1000'],
    [{ ioReadBps: [{ path: '/dev/sda', rate: 0 }] }, 'resources.ioReadBps', 'no whole number of 1 or more'],
    [{ ioWriteIops: [1, 2].map((rate) => ({ path: '/dev/sda', rate })) }, 'resources.ioWriteIops', '/dev/sda is given twice'],
  ])('refuses %o', (wanted, field, sentence) => {
    const refused = expect.objectContaining({ code: 'limit_invalid', details: { field }, message: expect.stringContaining(sentence) });
    expect(() => checkLimits(wanted, HOST)).toThrowError(refused);
  });

  it.each<Resources>([
    {},
    { memoryBytes: 6 * MIB, memorySwapBytes: -1, cpus: 4, cpusetCpus: '0,2-3', pidsLimit: 1 },
    { memoryBytes: 64 * MIB, memorySwapBytes: 64 * MIB, pidsLimit: -1 },
    { memoryBytes: HOST.memoryBytes },
    { memoryReservationBytes: 6 * MIB, oomScoreAdj: -1000, cpusetMems: '0', shmSizeBytes: 4096 },
    { cpuQuotaMicros: 1000, cpuPeriodMicros: 1000, cpuShares: 2 },
    {
      ulimits: [
        { name: 'nofile', soft: 10, hard: -1 },
        { name: 'core', soft: 0 },
      ],
      hugePages: [{ pageSize: '2MB', limitBytes: 4 * MIB }],
    },
  ])('takes %o', (wanted) => {
    expect(() => checkLimits(wanted, HOST)).not.toThrow();
  });

  it.each<[Resources, string]>([
    [{ ioWeight: 10 }, 'has no weights of block I/O'],
    [{ ioWriteBps: [{ path: '/dev/sda', rate: 1 }] }, 'has no limits of block I/O'],
  ])('refuses %o where the kernel lacks it, and takes it where not', (wanted, sentence) => {
    const without = { ...HOST, io: { rates: false, weight: false } };
    expect(() => checkLimits(wanted, without)).toThrow(sentence);
    expect(() => checkLimits(wanted, HOST)).not.toThrow();
  });

  it('takes a swappiness where groups have one, and says so where huge pages cannot be limited', () => {
    expect(() => checkLimits({ memorySwappiness: 0 }, V1)).not.toThrow();
    const wanted = { hugePages: [{ pageSize: '2MB', limitBytes: 0 }] };
    expect(() => checkLimits(wanted, { ...V1, hugePages: new Set() })).toThrow('hugetlb cgroup controller is off or not mounted');
  });
});
