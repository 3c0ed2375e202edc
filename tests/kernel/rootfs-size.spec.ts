import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ContainerDetail } from '@keelson/contracts';
import { projectOf, projectUsage, setProjectLimit } from '@keelson/runtime-native';
import { afterAll, describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { type Filesystem, mountPlain, mountWithProjectQuotas } from '../support/filesystem.js';
import { type Suite, useSuite } from '../support/suite.js';

const MIB = 1024 * 1024;
const SIZE = 32 * MIB;
/** Of a test that starts a server on an emulated machine. */
const LONG_MS = 480_000;
const FULL = /No space left on device|Disk quota exceeded/;

type Input = Parameters<Suite['api']['containers']['create']>[0];

/** One that waits for orders. */
const idle = (suite: Suite, resources: Input['resources'] = {}): Promise<ContainerDetail> =>
  suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sleep', '100000'],
    stopTimeoutSeconds: 0,
    resources,
    start: true,
  });

const shell = async (suite: Suite, { id }: ContainerDetail, script: string) => {
  const { stdout, stderr, exitCode } = await suite.api.containers.exec(id, { command: ['sh', '-c', script] });
  return { said: stdout + stderr, exitCode };
};

const fill = (mebibytes: number, file = '/fill') => `dd if=/dev/zero of=${file} bs=1M count=${mebibytes} && sync`;

/** What holds for each way in which a size is kept. */
function keepsSizes(suite: Suite, keptBy: 'project-quota' | 'image-file'): void {
  it('says what keeps it', async () => {
    expect((await suite.api.system()).rootfs).toMatchObject({ keptBy, defaultBytes: null, tenantBytes: null });
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), resources: { rootfsSizeBytes: SIZE } });
    const detail = await suite.api.containers.inspect(id);
    expect(detail).toMatchObject({ resources: { rootfsSizeBytes: SIZE }, rootfs: { keptBy } });
    expect(detail.rootfs.usedBytes).toBeLessThan(8 * MIB);
  });

  it('ends the writing of the one that has reached its size, and of nobody else', async () => {
    const [small, neighbour] = await Promise.all([idle(suite, { rootfsSizeBytes: SIZE }), idle(suite)]);
    const tried = await shell(suite, small, fill(48));
    expect(tried.said).toMatch(FULL);
    expect(tried.exitCode).not.toBe(0);
    expect((await shell(suite, neighbour, fill(48))).exitCode).toBe(0);
    const { rootfs } = await suite.api.containers.inspect(small.id);
    expect(rootfs.usedBytes).toBeGreaterThan(16 * MIB);
    expect(rootfs.usedBytes).toBeLessThanOrEqual(SIZE);
    // A full one can be made room in, stopped and removed.
    expect((await shell(suite, small, `rm /fill && ${fill(8)}`)).exitCode).toBe(0);
    expect((await shell(suite, small, fill(48))).said).toMatch(FULL);
    await suite.api.containers.stop(small.id);
    await suite.api.containers.remove(small.id);
  });

  it('is what df shows inside', async () => {
    const small = await idle(suite, { rootfsSizeBytes: SIZE });
    const { said } = await shell(suite, small, 'df -k / | tail -n 1');
    const [, blocks] = said.trim().split(/\s+/);
    expect(Number(blocks) * 1024).toBeLessThanOrEqual(SIZE);
    expect(Number(blocks) * 1024).toBeGreaterThan(SIZE / 2);
  });

  it('counts empty files too', async () => {
    const small = await idle(suite, { rootfsSizeBytes: 16 * MIB });
    const { said, exitCode } = await shell(
      suite,
      small,
      'mkdir /e && cd /e && i=0; while [ $i -lt 6000 ] && true > $i; do i=$((i+1)); done; echo $i',
    );
    expect(exitCode).toBe(0);
    expect(said).toMatch(FULL);
    // overlayfs makes files of its own when it mounts.
    await suite.api.containers.restart(small.id);
    expect((await shell(suite, small, 'rm -r /e && echo room > /room && cat /room')).said).toBe('room\n');
  });

  it('that is used up to the last byte does not keep a container from starting again', async () => {
    const small = await idle(suite, { rootfsSizeBytes: SIZE });
    await shell(suite, small, 'dd if=/dev/zero of=/fill bs=1M; dd if=/dev/zero of=/rest bs=1k; sync');
    for (let times = 0; times < 2; times++) {
      await suite.api.containers.restart(small.id);
      expect((await shell(suite, small, fill(8, '/more'))).said).toMatch(FULL);
    }
    expect((await shell(suite, small, `rm -f /fill /more && ${fill(8)}`)).exitCode).toBe(0);
  });

  it(
    'holds over a restart of the container and a kill of the server, and the files stay',
    async () => {
      const small = await idle(suite, { rootfsSizeBytes: SIZE });
      expect((await shell(suite, small, `echo kept > /kept && ${fill(4)}`)).exitCode).toBe(0);
      await suite.api.containers.restart(small.id);
      await suite.server.kill9();
      await suite.startServer();
      expect((await suite.api.containers.inspect(small.id)).state).toBe('running');
      expect((await shell(suite, small, fill(48, '/more'))).said).toMatch(FULL);
      await suite.api.containers.restart(small.id);
      expect((await shell(suite, small, 'cat /kept; rm /more')).said).toBe('kept\n');
      expect((await shell(suite, small, fill(48, '/more'))).said).toMatch(FULL);
    },
    LONG_MS,
  );

  it('finds users that a container has added itself', async () => {
    const small = await idle(suite, { rootfsSizeBytes: SIZE });
    await shell(suite, small, 'echo added:x:1234:1234::/:/bin/sh >> /etc/passwd');
    await suite.api.containers.restart(small.id);
    const { stdout } = await suite.api.containers.exec(small.id, { command: ['id', '-u'], user: 'added' });
    expect(stdout).toBe('1234\n');
  });

  it.each([
    [1024, 'size 1 KiB of the root filesystem is below the 16 MiB minimum; raise rootfsSizeBytes'],
    [SIZE + 1, `size ${SIZE + 1} of the root filesystem is no multiple of 4096; use ${SIZE + 4096}`],
    [2 ** 50, 'size 1048576 GiB of the root filesystem is more than the 8192 GiB that can be kept; lower rootfsSizeBytes'],
  ])('of %d bytes is refused before anything is made', async (rootfsSizeBytes, sentence) => {
    const { body } = await expectFailure(idle(suite, { rootfsSizeBytes }), 'limit_invalid');
    expect(body).toMatchObject({ message: sentence, details: { field: 'resources.rootfsSizeBytes' } });
  });
}

/** With these, the kernel changes sizes of what runs, and knows each project by its number. */
function countsByProject(suite: Suite): void {
  const upper = ({ id }: ContainerDetail) => join(suite.instance.root, 'containers', id, 'upper');

  it('grows and shrinks while the container runs, and one without a size gets one', async () => {
    const container = await idle(suite, { rootfsSizeBytes: SIZE });
    expect((await shell(suite, container, fill(48))).said).toMatch(FULL);
    expect(await suite.api.containers.update(container.id, { resources: { rootfsSizeBytes: 64 * MIB } })).toMatchObject({
      requiresRestart: [],
    });
    expect((await shell(suite, container, fill(48))).exitCode).toBe(0);
    const less = suite.api.containers.update(container.id, { resources: { rootfsSizeBytes: SIZE } });
    expect((await expectFailure(less, 'limit_invalid')).body.message).toMatch(/its files take 48(\.\d)? MiB already, more than 32 MiB/);
    await suite.api.containers.update(container.id, { resources: { rootfsSizeBytes: null } });
    expect((await shell(suite, container, fill(72))).exitCode).toBe(0);
    await suite.api.containers.update(container.id, { resources: { rootfsSizeBytes: 96 * MIB } });
    expect((await shell(suite, container, fill(48, '/more'))).said).toMatch(FULL);
  });

  it('gives each container a project of its own, and takes its limit away with it', async () => {
    const [one, two] = await Promise.all([idle(suite, { rootfsSizeBytes: SIZE }), idle(suite)]);
    const [first, second] = await Promise.all([projectOf(upper(one)), projectOf(upper(two))]);
    expect(first).toBeGreaterThanOrEqual(0x4b00_0000);
    expect(second).not.toBe(first);
    expect(await projectUsage(suite.instance.root, first)).toMatchObject({ limitBytes: SIZE });
    await suite.api.containers.remove(one.id, { force: true });
    await expect.poll(() => projectUsage(suite.instance.root, first), { timeout: 60_000 }).toEqual({ bytes: 0, inodes: 0, limitBytes: 0 });
  });

  it(
    'clears limits that a crash has left without files',
    async () => {
      const orphan = 0x4b12_3456;
      await setProjectLimit(suite.instance.root, orphan, SIZE);
      await suite.server.kill9();
      await suite.startServer();
      expect(await projectUsage(suite.instance.root, orphan)).toMatchObject({ limitBytes: 0 });
    },
    LONG_MS,
  );

  it('cannot be left from inside', async () => {
    const container = await idle(suite, { rootfsSizeBytes: SIZE });
    const project = await projectOf(upper(container));
    await shell(suite, container, 'mkdir /d; chattr -p 0 /d /; chattr -P /d /');
    expect(await projectOf(upper(container))).toBe(project);
    expect(await projectOf(join(upper(container), 'd'))).toBe(project);
    expect((await shell(suite, container, fill(48, '/d/fill'))).said).toMatch(FULL);
  });
}

describe('the size of a root filesystem, kept by an image file', () => {
  const suite = useSuite({ images: ['busybox'] });
  keepsSizes(suite, 'image-file');

  it('grows at the next start, which is said before, and never shrinks', async () => {
    const container = await idle(suite, { rootfsSizeBytes: SIZE });
    const { id } = container;
    await shell(suite, container, 'echo kept > /kept');
    const larger = { resources: { rootfsSizeBytes: 64 * MIB } };
    const refused = await expectFailure(suite.api.containers.update(id, larger), 'restart_required');
    expect(refused.body.details).toEqual({ requiresRestart: ['resources.rootfsSizeBytes'] });
    await suite.api.containers.update(id, { ...larger, whenRestartNeeded: 'record' });
    await suite.api.containers.restart(id);
    expect((await shell(suite, container, `cat /kept && ${fill(48)}`)).said).toMatch(/^kept\n/);
    expect((await shell(suite, container, fill(72))).said).toMatch(FULL);
    for (const rootfsSizeBytes of [SIZE, null])
      await expectFailure(suite.api.containers.update(id, { resources: { rootfsSizeBytes } }), 'limit_invalid');
  });

  it('gives the blocks of removed files back to the host', async () => {
    const container = await idle(suite, { rootfsSizeBytes: 64 * MIB });
    const used = async () => (await suite.api.containers.inspect(container.id)).rootfs.usedBytes ?? 0;
    expect((await shell(suite, container, fill(40))).exitCode).toBe(0);
    expect(await used()).toBeGreaterThan(40 * MIB);
    await shell(suite, container, 'rm /fill; sync');
    // A commit of the journal discards them.
    await expect.poll(used, { timeout: 60_000, interval: 500 }).toBeLessThan(20 * MIB);
  });

  it('lets go of its disk when everything is killed, and starts again from the same file', async () => {
    const container = await idle(suite, { rootfsSizeBytes: SIZE });
    await shell(suite, container, 'echo kept > /kept; sync');
    const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=', '-p', String(container.pid)]);
    process.kill(Number(stdout), 'SIGKILL');
    await expect.poll(async () => (await suite.api.containers.inspect(container.id)).state, { timeout: 60_000 }).toBe('exited');
    await suite.api.containers.start(container.id);
    expect((await shell(suite, container, 'cat /kept')).said).toBe('kept\n');
  });
});

describe('an image file that is gone', () => {
  const suite = useSuite({ images: ['busybox'] });

  it('is told when its container is to start, which can still be removed', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), resources: { rootfsSizeBytes: SIZE } });
    await rm(join(suite.instance.root, 'containers', id, 'rootfs.img'));
    const { body } = await expectFailure(suite.api.containers.start(id), 'runtime_failed');
    expect(body.message).toMatch(/the image file of container \S+ is gone; put it back/);
    await suite.api.containers.remove(id);
  });
});

describe('an image file that the disk has no room for', async () => {
  const small = await mountPlain(256 * MIB);
  afterAll(() => small.close());
  const suite = useSuite({ images: ['busybox'], below: small.path });

  it('fails its own container, which can be stopped and removed, and gives the room back', async () => {
    const [greedy, neighbour] = [await idle(suite, { rootfsSizeBytes: 1024 * MIB }), await idle(suite)];
    expect((await suite.api.system()).warnings).toContainEqual(expect.stringContaining('more than the disk holds'));
    // Only who asks whether it is on the disk is told: the page cache takes everything.
    expect((await shell(suite, greedy, 'dd if=/dev/zero of=/fill bs=1M count=512 conv=fsync')).exitCode).not.toBe(0);
    expect(await shell(suite, neighbour, 'echo lives')).toEqual({ said: 'lives\n', exitCode: 0 });
    await suite.api.containers.stop(greedy.id);
    await suite.api.containers.remove(greedy.id);
    // Once the kernel has given up on what it could not write.
    await expect.poll(async () => (await shell(suite, neighbour, fill(64))).exitCode, { timeout: 60_000, interval: 500 }).toBe(0);
  });
});

for (const type of ['ext4', 'xfs'] as const) {
  const filesystem: Filesystem | string = await mountWithProjectQuotas(type);
  if (typeof filesystem === 'string')
    describe.skip(`the size of a root filesystem, kept by project quotas of ${type} (${filesystem})`, () => it('is not tried', () => {}));
  else
    describe(`the size of a root filesystem, kept by project quotas of ${type}`, () => {
      // Before the suite's own, so that it is the last one.
      afterAll(() => filesystem.close());
      const suite = useSuite({ images: ['busybox'], below: filesystem.path });
      keepsSizes(suite, 'project-quota');
      countsByProject(suite);
    });
}

describe('the sizes of a tenant', () => {
  const suite = useSuite({
    images: ['busybox'],
    env: () => ({ KEELSON_ROOTFS_BYTES: '16M', KEELSON_TENANT_ROOTFS_BYTES: '64M' }),
  });
  const made = (resources: Input['resources'] = {}) => suite.api.containers.create({ image: suite.image('busybox'), resources });

  it('come to its limit at most, however many are asked for at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => made()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect((await suite.api.system()).rootfs).toMatchObject({ defaultBytes: 16 * MIB, tenantBytes: 64 * MIB, promisedBytes: 64 * MIB });
    const { body } = await expectFailure(made(), 'tenant_quota_exceeded');
    expect(body.details).toMatchObject({ field: 'resources.rootfsSizeBytes', limitBytes: 64 * MIB, promisedBytes: 64 * MIB });
    const [first] = await suite.api.containers.list();
    expect(first?.resources).toMatchObject({ rootfsSizeBytes: 16 * MIB });
    const id = first?.id ?? '';
    await expectFailure(suite.api.containers.update(id, { resources: { rootfsSizeBytes: 32 * MIB } }), 'tenant_quota_exceeded');
    await suite.api.containers.remove(id);
    expect((await made()).resources.rootfsSizeBytes).toBe(16 * MIB);
  });
});
