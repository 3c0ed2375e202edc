import type { ContainerDetail, CreateContainerInput } from '@keelson/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { kernelFile } from '../support/kernel-file.js';
import { type LoopDevice, openLoopDevice } from '../support/loop-device.js';
import { useSuite } from '../support/suite.js';

const MIB = 1024 * 1024;
const suite = useSuite({ images: ['busybox'] });
let version: 1 | 2;
let disk: LoopDevice;
beforeAll(async () => {
  disk = await openLoopDevice(16 * MIB);
  version = (await suite.api.system()).cgroupVersion;
});
afterAll(() => disk?.close());

function started(resources: CreateContainerInput['resources']): Promise<ContainerDetail> {
  return suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '1000'], start: true, resources });
}

describe('rates of a disk', () => {
  it.each([
    ['ioReadBps', 'blkio.throttle.read_bps_device', 'rbps'],
    ['ioWriteBps', 'blkio.throttle.write_bps_device', 'wbps'],
    ['ioReadIops', 'blkio.throttle.read_iops_device', 'riops'],
    ['ioWriteIops', 'blkio.throttle.write_iops_device', 'wiops'],
  ] as const)('%s stands in the kernel’s file', async (field, v1, v2) => {
    const container = await started({ [field]: [{ path: disk.path, rate: 4096 }] });
    const text = await kernelFile(container, version, { v1: ['blkio', v1], v2: 'io.max' });
    if (version === 1) expect(text).toBe(`${disk.number} 4096`);
    else expect(text).toMatch(new RegExp(`^${disk.number} .*${v2}=4096( |$)`));
  });

  it.each([
    ['a path that is no device', '/dev/none', 'is not a block device'],
    ['a device that is no disk', '/dev/null', 'is not a block device'],
  ])('of %s is refused before anything is made', async (_what, path, sentence) => {
    const before = await suite.api.containers.list();
    await expect(started({ ioReadBps: [{ path, rate: 1 }] })).rejects.toThrow(sentence);
    expect(await suite.api.containers.list()).toEqual(before);
  });
});

describe('weights', () => {
  it('stand in the kernel’s file, or are refused where the kernel has none', async () => {
    const wanted = started({ ioWeight: 500 });
    const container = await wanted.catch((error: unknown) => {
      expect(String(error)).toContain('the kernel of this host has no weights of block I/O');
      return null;
    });
    if (!container) return;
    if (version === 1) expect(await kernelFile(container, version, { v1: ['blkio', 'blkio.bfq.weight'], v2: '' })).toBe('500');
    // 500 of 10…1000 is 4950 of 1…10000 where the kernel weighs by iocost.
    else expect(await weightOfV2(container)).toMatch(/^default (500|4950)$/);
  });

  it('of a disk without the scheduler bfq are refused, with it they stand in the kernel’s file', async () => {
    const resources = { ioWeightDevices: [{ path: disk.path, weight: 100 }] };
    await disk.schedule('none');
    await expectFailure(started(resources), 'limit_invalid');
    if (!(await disk.schedule('bfq'))) return;
    const container = await started(resources).catch((error: unknown) => {
      expect(String(error)).toContain('has no weights of single disks');
      return null;
    });
    if (!container) return;
    const text = await kernelFile(container, version, { v1: ['blkio', 'blkio.bfq.weight_device'], v2: 'io.bfq.weight' });
    expect(text.split('\n')).toContain(`${disk.number} 100`);
    await suite.api.containers.remove(container.id, { force: true });
  });
});

async function weightOfV2(container: ContainerDetail): Promise<string> {
  const read = (v2: string) => kernelFile(container, 2, { v1: ['', ''], v2 });
  return (await read('io.bfq.weight').catch(() => read('io.weight'))).split('\n')[0] ?? '';
}
