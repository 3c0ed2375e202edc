import type { Resources } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { type LimitForm, limitFormOf } from './limit-form';
import { changesOf, readLimits } from './read-limits';

const HOST = { cpus: 4, memoryBytes: 8 * 1024 ** 3 };
const EMPTY = limitFormOf({});
const texts = (changes: Partial<LimitForm['texts']>): LimitForm => ({ ...EMPTY, texts: { ...EMPTY.texts, ...changes } });

it('an empty form asks for nothing', () => {
  expect(readLimits(EMPTY, HOST)).toEqual({ resources: {}, problems: {}, rows: {} });
});

it('every limit that a container can have reads back as it was', () => {
  const all: Required<Resources> = {
    memoryBytes: 64 * 1024 ** 2,
    memorySwapBytes: -1,
    memoryReservationBytes: 1_000_000,
    memorySwappiness: 0,
    oomScoreAdj: -500,
    cpus: 1.25,
    cpuQuotaMicros: 50_000,
    cpuPeriodMicros: 100_000,
    cpuShares: 512,
    cpusetCpus: '0-2,4',
    cpusetMems: '0',
    ioWeight: 200,
    ioWeightDevices: [{ path: '/dev/sda', weight: 300 }],
    ioReadBps: [{ path: '/dev/sda', rate: 1024 ** 2 }],
    ioWriteBps: [{ path: '/dev/sda', rate: 1000 }],
    ioReadIops: [{ path: '/dev/sda', rate: 100 }],
    ioWriteIops: [{ path: '/dev/sdb', rate: 200 }],
    pidsLimit: -1,
    ulimits: [
      { name: 'nofile', soft: 1024, hard: 2048 },
      { name: 'core', soft: -1 },
    ],
    shmSizeBytes: 16 * 1024 ** 2,
    rootfsSizeBytes: 1024 ** 3,
    hugePages: [{ pageSize: '2MB', limitBytes: 4 * 1024 ** 2 }],
  };
  const { resources, problems } = readLimits(limitFormOf(all), HOST);
  expect(problems).toEqual({});
  expect(resources).toEqual(all);
});

describe('a problem is told at its field', () => {
  it.each([
    ['more memory than there is', texts({ memoryBytes: '9 GiB' }), { 'resources.memoryBytes': 'aboveHost' }],
    ['memory that is no size', texts({ memoryBytes: 'lots' }), { 'resources.memoryBytes': 'size' }],
    ['no memory at all', texts({ memoryBytes: '0' }), { 'resources.memoryBytes': 'size' }],
    ['more CPUs than there are', texts({ cpus: '5' }), { 'resources.cpus': 'aboveHost' }],
    ['no processes at all', texts({ pidsLimit: '0' }), { 'resources.pidsLimit': 'number' }],
    ['swappiness above its range', texts({ memorySwappiness: '101' }), { 'resources.memorySwappiness': 'invalid' }],
    ['a list of CPUs that is none', texts({ cpusetCpus: 'all' }), { 'resources.cpusetCpus': 'invalid' }],
    [
      'a ulimit without a number, by its row',
      { ...EMPTY, ulimits: [{ key: 7, name: 'nofile' as const, soft: 'many', hard: '' }] },
      { 'resources.ulimits.7.soft': 'number' },
    ],
    [
      'a disk that is no device, by its row, not counting rows of other limits',
      {
        ...EMPTY,
        disks: [
          { key: 3, limit: 'ioReadIops' as const, path: '/dev/sda', amount: '5' },
          { key: 4, limit: 'ioReadBps' as const, path: 'sda', amount: '1 MiB' },
        ],
      },
      { 'resources.ioReadBps.4.path': 'invalid' },
    ],
  ])('%s', (_, form, problems) => {
    expect(readLimits(form, HOST).problems).toEqual(problems);
  });
});

it('does not judge sizes before the host is known', () => {
  expect(readLimits(texts({ cpus: '5000' }), undefined).problems).toEqual({ 'resources.cpus': 'invalid' });
  expect(readLimits(texts({ cpus: '5' }), undefined).problems).toEqual({});
});

it('a change has what differs, and null for what goes', () => {
  expect(changesOf({ memoryBytes: 1, cpus: 2, cpuShares: 3 }, { memoryBytes: 1, cpus: 1, pidsLimit: 5 })).toEqual({
    cpus: 1,
    cpuShares: null,
    pidsLimit: 5,
  });
});
