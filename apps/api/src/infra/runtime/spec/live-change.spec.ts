import { describe, expect, it } from 'vitest';
import type { HostDevice } from '../../../domain/containers/limits/host-capacity.js';
import type { Resources } from '../../../domain/containers/resources.js';
import { containerRecord } from '../../../testing/container-record.js';
import { liveChange } from './live-change.js';

const DISK: HostDevice = { type: 'block', major: 8, minor: 0, mode: 0o660, gid: 6, partitionOf: null, bfq: true };
const AROUND = {
  devices: new Map([
    ['/dev/sda', DISK],
    ['/dev/sdb', { ...DISK, minor: 16 }],
  ]),
  vendorRules: [],
  free: { cpus: '0-3', memoryNodes: '0', oomScoreAdj: 0 },
};

function change(before: Resources, after: Resources) {
  const config = (resources: Resources) => containerRecord({ config: { resources } }).config;
  return liveChange(config(before), config(after), AROUND);
}

describe('a live change', () => {
  it.each<[Resources, object]>([
    [{ memoryBytes: 8 << 20, memorySwapBytes: 9 << 20 }, { memory: { limit: -1, swap: -1 } }],
    [{ memoryReservationBytes: 8 << 20 }, { memory: { reservation: -1 } }],
    [{ memorySwappiness: 0 }, { memory: { swappiness: 60 } }],
    [{ cpus: 1 }, { cpu: { quota: -1, period: 100_000 } }],
    [{ cpuShares: 2 }, { cpu: { shares: 1024 } }],
    [{ cpusetCpus: '0', cpusetMems: '0' }, { cpu: { cpus: '0-3', mems: '0' } }],
    [{ pidsLimit: 5 }, { pids: { limit: 1024 } }],
    [{ ioWeight: 10 }, { blockIO: { weight: -1 } }],
    [{ hugePages: [{ pageSize: '2MB', limitBytes: 0 }] }, { hugepageLimits: [{ pageSize: '2MB', limit: -1 }] }],
  ])('takes %o away by name', (before, expected) => {
    expect(change(before, {}).resources).toMatchObject(expected);
  });

  it('takes back the rate of a disk that has none any more', () => {
    const before = { ioReadBps: ['/dev/sda', '/dev/sdb'].map((path) => ({ path, rate: 5 })) };
    const { blockIO } = change(before, { ioReadBps: [{ path: '/dev/sda', rate: 6 }] }).resources;
    expect(blockIO?.throttleReadBpsDevice).toEqual([
      { major: 8, minor: 0, rate: 6 },
      { major: 8, minor: 16, rate: 0 },
    ]);
  });

  it('names limits of processes, oom score and /dev/shm only where they change', () => {
    const before = { ulimits: [{ name: 'stack', soft: 1 }], oomScoreAdj: 5, shmSizeBytes: 4096 };
    expect(change(before, before)).toEqual({ resources: expect.anything(), rlimits: [] });
    const after = { ulimits: [...before.ulimits, { name: 'nofile', soft: 9 }] };
    expect(change(before, after)).toEqual({
      resources: expect.anything(),
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 9, hard: 9 }],
      oomScoreAdj: 0,
      shmSizeBytes: 64 << 20,
    });
  });
});
