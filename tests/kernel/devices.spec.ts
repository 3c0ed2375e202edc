import type { CreateContainerInput } from '@keelson/contracts';
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

const READ = 'head -c 4096 /dev/disk | wc -c';
const WRITE = 'echo written > /dev/disk && echo done';

/** What a script says, both streams, and how long its container lived. */
async function ran(script: string, wanted: Partial<CreateContainerInput>): Promise<{ text: string; milliseconds: number }> {
  const { container, result } = await suite.api.run({ image: suite.image('busybox'), command: ['sh', '-c', script], ...wanted });
  const { startedAt } = await suite.api.containers.inspect(container.id);
  const milliseconds = Date.parse(result.finishedAt) - Date.parse(startedAt ?? '');
  return { text: (await suite.api.output(container.id)).trim(), milliseconds };
}

const asDisk = (permissions: string) => [{ hostPath: disk.path, containerPath: '/dev/disk', permissions }];

describe('a device', () => {
  it('that was given may be read and written by the container’s root', async () => {
    expect((await ran(READ, { devices: asDisk('rw') })).text).toBe('4096');
    expect((await ran(`${WRITE}; head -c 7 /dev/disk`, { devices: asDisk('rw') })).text).toBe('done\nwritten');
  });

  it('given for reading cannot be opened for writing, whatever its mode says', async () => {
    const { text } = await ran(`${READ}; ${WRITE}; stat -c %a:%u /dev/disk`, { devices: asDisk('r') });
    expect(text).toMatch(/^4096$/m);
    expect(text).toMatch(/can't create \/dev\/disk: Operation not permitted/);
    expect(text).toMatch(/^6\d\d:0$/m);
  });

  it('may be opened as far as a rule allows it', async () => {
    const wanted = { devices: asDisk('r'), deviceRules: [`b ${disk.number} w`] };
    expect((await ran(WRITE, wanted)).text).toBe('done');
  });

  it('that was not given is not there, and none can be made', async () => {
    const { text } = await ran(`ls /dev/disk /dev/kmsg; mknod /tmp/disk b ${disk.number.replace(':', ' ')}`, {});
    expect(text).toMatch(/\/dev\/disk: No such file/);
    expect(text).toMatch(/\/dev\/kmsg: No such file/);
    expect(text).toMatch(/mknod: \/tmp\/disk: Operation not permitted/);
  });

  it('of every container works: null, zero, full, random, tty and a terminal', async () => {
    const script = 'head -c 2 /dev/zero /dev/urandom /dev/random > /dev/null && echo x > /dev/full; test -c /dev/tty && echo fine';
    const { text } = await ran(script, {});
    expect(text.split('\n').toSorted()).toEqual(['fine', expect.stringContaining('No space left on device')]);
    expect((await ran('echo x > /dev/tty && echo fine > /dev/console', { tty: true })).text).toMatch(/fine/);
  });

  it('stands in the kernel’s list on cgroup v1', async () => {
    if (version === 2) return;
    const container = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sleep', '1000'],
      devices: asDisk('r'),
      deviceRules: ['c 10:200 rwm', 'a *:* m'],
      start: true,
    });
    const list = (await kernelFile(container, version, { v1: ['devices', 'devices.list'], v2: '' })).split('\n');
    expect(list).toEqual(expect.arrayContaining([`b ${disk.number} r`, 'c 10:200 rwm', 'b *:* m', 'c *:* m', 'c 1:3 rw', 'c 136:* rw']));
    expect(list).not.toContain('a *:* rwm');
  });

  it.each([
    ['that the host lacks', { devices: [{ hostPath: '/dev/none' }] }],
    ['that is no device', { devices: [{ hostPath: '/dev/pts' }] }],
    ['in the place of one that every container has', { devices: [{ hostPath: '/dev/loop-control', containerPath: '/dev/null' }] }],
  ])('%s is refused before anything is made', async (_what, wanted) => {
    const before = await suite.api.containers.list();
    await expectFailure(suite.api.containers.create({ image: suite.image('busybox'), ...wanted }), 'invalid_input');
    expect(await suite.api.containers.list()).toEqual(before);
  });
});

describe('rates of a disk hold back', () => {
  const direct = (flags: string) => `dd ${flags} 2>/dev/null && echo done`;

  it('the bytes that are written', async () => {
    const resources = { ioWriteBps: [{ path: disk.path, rate: 512 * 1024 }] };
    const script = direct('if=/dev/zero of=/dev/disk bs=64k count=16 oflag=direct');
    const { text, milliseconds } = await ran(script, { devices: asDisk('rw'), resources });
    expect(text).toBe('done');
    // One MiB at half a MiB a second, less what may pass in the first slice.
    expect(milliseconds).toBeGreaterThan(1500);
  });

  it('the reads', async () => {
    const resources = { ioReadIops: [{ path: disk.path, rate: 8 }] };
    const script = direct('if=/dev/disk of=/dev/null bs=4k count=16 iflag=direct');
    const { text, milliseconds } = await ran(script, { devices: asDisk('r'), resources });
    expect(text).toBe('done');
    // Sixteen at eight a second; the first second’s worth may pass at once.
    expect(milliseconds).toBeGreaterThan(900);
  });
});
