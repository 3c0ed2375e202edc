import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containerRecord } from '../../testing/container-record.js';
import { ContainerDirectories } from './container-directories.js';
import type { LaunchFile } from './spec/build-launch.js';
import type { OciSpec } from './spec/oci.js';

const container = containerRecord({ config: { hostname: 'harbour' } });

describe('the directories of a container', () => {
  let home: string;
  let directories: ContainerDirectories;
  beforeEach(async () => {
    home = await mkdtemp('/tmp/ka-dirs-');
    directories = new ContainerDirectories({ root: home, run: join(home, 'run') });
    await directories.prepare();
    await directories.create(container);
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const facts = async (path: string) => {
    const { uid, gid, mode } = await stat(path);
    return [uid - container.uidBase, gid - container.uidBase, (mode & 0o777).toString(8)];
  };

  it('give upper and work to the container’s root, and nothing else', async () => {
    const paths = directories.paths(container.id);
    expect(await facts(paths.upper)).toEqual([0, 0, '755']);
    expect(await facts(paths.work)).toEqual([0, 0, '700']);
    expect((await stat(paths.home)).uid).toBe(0);
    expect((await stat(paths.home)).mode & 0o777).toBe(0o700);
  });

  it('hold the bundle of a run, and no end of an earlier one', async () => {
    const paths = directories.paths(container.id);
    await writeFile(paths.exitFile, '{}');
    const names = { resolvConf: 'nameserver 10.0.0.1\n', hosts: '127.0.0.1 localhost\n' };
    await directories.writeBundle(container, { config: { ociVersion: '1.2.0' } as OciSpec, launch: { version: 1 } as LaunchFile, names });
    expect((await readdir(paths.home)).sort()).toEqual([
      'config.json',
      'hostname',
      'hosts',
      'launch.json',
      'logs',
      'resolv.conf',
      'upper',
      'work',
    ]);
    expect(await readFile(paths.hostname, 'utf8')).toBe('harbour\n');
    for (const file of [paths.hosts, paths.hostname, paths.resolvConf]) expect(await facts(file)).toEqual([0, 0, '644']);
  });

  it('of a run that ended are removed once its supervisor is gone, and are no container’s', async () => {
    const retired = (pid: number) => `${directories.paths(container.id).run}.${pid}`;
    // Above every pid_max, and our own.
    for (const pid of [99_999_999, process.pid]) await mkdir(join(retired(pid), 'mnt'), { recursive: true });
    await directories.removeRetired();
    expect(await readdir(join(home, 'run/c'))).toEqual([`${container.id}.${process.pid}`]);
    expect(await directories.ids()).toEqual(new Set([container.id]));
  });

  it('of a run that ended are removed with the container, where nobody else could do it', async () => {
    const { run } = directories.paths(container.id);
    for (const path of [`${run}.99999999`, `${directories.paths('another').run}.99999999`]) await mkdir(path);
    await directories.removeRunDirectory(container.id);
    expect(await readdir(join(home, 'run/c'))).toEqual(['another.99999999']);
  });

  it('are gone after removal, and also after the rest of an interrupted one', async () => {
    const paths = directories.paths(container.id);
    await rename(paths.home, `${paths.home}.removing`);
    expect(await directories.ids()).toEqual(new Set([container.id]));
    await directories.create(container);
    await directories.remove(container.id);
    expect(await readdir(join(home, 'containers'))).toEqual([]);
    expect(await directories.ids()).toEqual(new Set());
  });
});
