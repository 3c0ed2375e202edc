import { describe, expect, it } from 'vitest';
import type { Resources } from '../resources.js';
import type { HostDevice } from './host-capacity.js';
import { checkIoDevices, ioDevicePaths } from './io.js';

const DISK: HostDevice = { type: 'block', major: 8, minor: 0, mode: 0o660, gid: 6, partitionOf: null, bfq: false };
const DEVICES = new Map<string, HostDevice>([
  ['/dev/sda', DISK],
  ['/dev/sda1', { ...DISK, minor: 1, partitionOf: '/dev/sda' }],
  ['/dev/fast', { ...DISK, minor: 16, bfq: true }],
  ['/dev/null', { ...DISK, type: 'char' }],
]);

describe('devices of I/O limits', () => {
  it('are named once each', () => {
    const twice = [{ path: '/dev/sda', rate: 1 }];
    expect(ioDevicePaths({ ioReadBps: twice, ioWriteBps: twice, ioWeightDevices: [{ path: '/dev/sdb', weight: 10 }] })).toEqual([
      '/dev/sda',
      '/dev/sdb',
    ]);
  });

  it.each<[Resources, string]>([
    [{ ioReadBps: [{ path: '/dev/none', rate: 1 }] }, '/dev/none is not a block device of this host'],
    [{ ioReadBps: [{ path: '/dev/null', rate: 1 }] }, '/dev/null is not a block device'],
    [{ ioWriteIops: [{ path: '/dev/sda1', rate: 1 }] }, '/dev/sda1 is a partition, and the kernel limits whole disks only; give /dev/sda'],
    [{ ioWeightDevices: [{ path: '/dev/sda', weight: 10 }] }, '/dev/sda is not scheduled by bfq'],
  ])('are refused where the kernel could not limit them: %o', (wanted, sentence) => {
    const refused = expect.objectContaining({ code: 'limit_invalid', message: expect.stringContaining(sentence) });
    expect(() => checkIoDevices(wanted, DEVICES)).toThrowError(refused);
  });

  it('are taken where they are whole disks', () => {
    const wanted = { ioReadBps: [{ path: '/dev/sda', rate: 1 }], ioWeightDevices: [{ path: '/dev/fast', weight: 10 }] };
    expect(() => checkIoDevices(wanted, DEVICES)).not.toThrow();
  });
});
