import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserFilesReader } from './user-files.js';

describe('user files', () => {
  let home: string;
  let upper: string;
  let layer: string;
  beforeEach(async () => {
    home = await mkdtemp('/tmp/ka-users-');
    [upper, layer] = [join(home, 'upper'), join(home, 'layer')];
    await Promise.all([mkdir(upper), mkdir(join(layer, 'etc'), { recursive: true })]);
    await writeFile(join(layer, 'etc/passwd'), 'of the layer');
    await writeFile(join(layer, 'etc/group'), 'groups');
    await writeFile(join(home, 'secret'), 'of the host');
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const passwd = async () => (await new UserFilesReader().read(upper, [layer])).passwd;

  it('takes each file from the topmost tree that has it', async () => {
    await mkdir(join(upper, 'etc'));
    await writeFile(join(upper, 'etc/passwd'), 'of the upper');
    expect(await new UserFilesReader().read(upper, [layer])).toEqual({ passwd: 'of the upper', group: 'groups' });
  });

  it('is empty where no tree has them', async () => {
    expect(await new UserFilesReader().read(upper, [])).toEqual({ passwd: '', group: '' });
  });

  it('sees nothing below a whiteout', async () => {
    await mkdir(join(upper, 'etc'));
    execFileSync('mknod', [join(upper, 'etc/passwd'), 'c', '0', '0']);
    expect(await passwd()).toBe('');
  });

  it('sees nothing below a directory that was removed', async () => {
    execFileSync('mknod', [join(upper, 'etc'), 'c', '0', '0']);
    expect(await passwd()).toBe('');
  });

  it('follows no link, neither of the file nor of the directory', async () => {
    await mkdir(join(upper, 'etc'));
    await symlink(join(home, 'secret'), join(upper, 'etc/passwd'));
    expect(await passwd()).toBe('');
    await rm(join(upper, 'etc'), { recursive: true });
    await mkdir(join(home, 'elsewhere'));
    await writeFile(join(home, 'elsewhere/passwd'), 'of the host');
    await symlink(join(home, 'elsewhere'), join(upper, 'etc'));
    expect(await passwd()).toBe('');
  });

  it('does not wait on a pipe and reads a bounded part of an endless file', async () => {
    await mkdir(join(upper, 'etc'));
    execFileSync('mkfifo', [join(upper, 'etc/passwd')]);
    await writeFile(join(upper, 'etc/group'), '');
    await truncate(join(upper, 'etc/group'), 10 * 1024 ** 3);
    const { passwd: text, group } = await new UserFilesReader().read(upper, [layer]);
    expect(text).toBe('');
    expect(group.length).toBe(1024 * 1024);
  });
});
