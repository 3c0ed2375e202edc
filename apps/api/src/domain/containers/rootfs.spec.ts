import { beforeEach, describe, expect, it } from 'vitest';
import { type ContainerHouse, containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import type { RootfsRules } from './rootfs.js';

const alice = principalOf('default');
const MIB = 1024 ** 2;

let house: ContainerHouse;
beforeEach(() => {
  house = containerHouse();
});

const rules = (changes: Partial<RootfsRules>) => {
  house.host.rules = { ...house.host.rules, ...changes };
};
const create = (rootfsSizeBytes?: number, name = 'web', principal = alice) =>
  house.create.execute(principal, createRequest({ name, resources: rootfsSizeBytes === undefined ? {} : { rootfsSizeBytes } }));
const resize = (rootfsSizeBytes: number | null, name = 'web') =>
  house.update.execute(alice, name, { change: { resources: { rootfsSizeBytes } }, whenRestartNeeded: 'refuse' });

describe('the size of a root filesystem', () => {
  it.each<[RootfsRules['keptBy'], number | undefined, string]>([
    ['project-quota', 16 * MIB, 'project-quota'],
    ['project-quota', undefined, 'project-quota'],
    ['image-file', 16 * MIB, 'image-file'],
    ['image-file', undefined, 'directory'],
    ['none', undefined, 'directory'],
  ])('where %s keeps it, %s bytes lie in a %s', async (keptBy, size, backend) => {
    rules({ keptBy });
    const { config } = await create(size);
    expect(config).toMatchObject({ rootfsBackend: backend, resources: size === undefined ? {} : { rootfsSizeBytes: size } });
  });

  it('is the server’s default where none is asked for', async () => {
    rules({ defaultBytes: 32 * MIB });
    expect((await create()).config.resources).toEqual({ rootfsSizeBytes: 32 * MIB });
    expect((await create(16 * MIB, 'db')).config.resources).toEqual({ rootfsSizeBytes: 16 * MIB });
  });

  it('is refused where nothing keeps it, with what to do', async () => {
    rules({ keptBy: 'none' });
    const refused = { code: 'not_supported', message: expect.stringMatching(/prjquota, or install e2fsprogs/) };
    await expect(create(16 * MIB)).rejects.toMatchObject(refused);
    expect(house.store.rows.size).toBe(0);
  });

  it.each([[MIB], [16 * MIB + 1], [2 ** 50]])('of %d is refused', async (size) => {
    await expect(create(size)).rejects.toMatchObject({ code: 'limit_invalid', details: { field: 'resources.rootfsSizeBytes' } });
  });

  it('of files in a plain directory cannot be set later', async () => {
    rules({ keptBy: 'none' });
    await create();
    await expect(resize(16 * MIB)).rejects.toMatchObject({ code: 'limit_invalid', message: expect.stringContaining('make it anew') });
  });

  it('that an image file keeps only grows', async () => {
    rules({ keptBy: 'image-file' });
    await create(32 * MIB);
    await expect(resize(16 * MIB)).rejects.toMatchObject({ code: 'limit_invalid', message: expect.stringContaining('only grow') });
    await expect(resize(null)).rejects.toMatchObject({ code: 'limit_invalid' });
    expect((await resize(64 * MIB)).container.config.resources).toEqual({ rootfsSizeBytes: 64 * MIB });
  });

  it('that a project keeps does not go below what is there already', async () => {
    await create(32 * MIB);
    house.runtime.usedBytes = 20 * MIB;
    await expect(resize(16 * MIB)).rejects.toMatchObject({ message: expect.stringContaining('take 20 MiB already') });
    expect((await resize(24 * MIB)).container.config.resources).toEqual({ rootfsSizeBytes: 24 * MIB });
    expect((await resize(null)).container.config.resources).toEqual({});
  });
});

describe('the sizes of one tenant', () => {
  beforeEach(() => rules({ tenantBytes: 64 * MIB }));

  it('come to its limit and no further, and another tenant’s do not count', async () => {
    await create(48 * MIB);
    const refused = { code: 'tenant_quota_exceeded', details: { limitBytes: 64 * MIB, promisedBytes: 48 * MIB } };
    await expect(create(32 * MIB, 'db')).rejects.toMatchObject(refused);
    await create(64 * MIB, 'db', principalOf('other'));
    await create(16 * MIB, 'db');
    await house.remove.execute(alice, 'web', false);
    await create(48 * MIB, 'web');
  });

  it('are held against it one after another, also when they are asked for at once', async () => {
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((at) => create(16 * MIB, `c${at}`)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
  });

  it('count what a change adds', async () => {
    await create(32 * MIB);
    await create(16 * MIB, 'db');
    await expect(resize(64 * MIB)).rejects.toMatchObject({ code: 'tenant_quota_exceeded' });
    await resize(48 * MIB);
    await expect(resize(null)).rejects.toMatchObject({ code: 'limit_invalid' });
  });

  it('leave nothing promised after a creation that failed', async () => {
    house.runtime.failCreate = new Error('no disk');
    await expect(create(64 * MIB)).rejects.toThrow('no disk');
    house.runtime.failCreate = null;
    await create(64 * MIB);
    await expect(create(16 * MIB)).rejects.toMatchObject({ code: 'tenant_quota_exceeded' });
  });

  it('ask every container for a size', async () => {
    await expect(create()).rejects.toMatchObject({
      code: 'limit_invalid',
      message: expect.stringContaining('every container needs a size'),
    });
  });
});
