import { chmod, lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeEntries } from '../../lib/entries.js';

describe('writeEntries', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp('/tmp/ka-entries-');
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const modeOf = async (name: string) => (await lstat(join(home, name))).mode & 0o7777;

  it('makes directories and files in order, with exact modes whatever the umask', async () => {
    const before = process.umask(0o077);
    await writeEntries([
      { path: join(home, 'a'), mode: 0o755 },
      { path: join(home, 'a/b'), mode: 0o1777 },
      { path: join(home, 'a/text'), mode: 0o644, text: 'grüß dich\n' },
    ]).finally(() => process.umask(before));
    expect([await modeOf('a'), await modeOf('a/b'), await modeOf('a/text')]).toEqual([0o755, 0o1777, 0o644]);
    expect(await readFile(join(home, 'a/text'), 'utf8')).toBe('grüß dich\n');
  });

  it('overwrites a longer file and takes back what its mode allowed', async () => {
    await writeFile(join(home, 'text'), 'much longer than before');
    await chmod(join(home, 'text'), 0o4755);
    await writeEntries([{ path: join(home, 'text'), mode: 0o600, text: 'short' }]);
    expect([await readFile(join(home, 'text'), 'utf8'), await modeOf('text')]).toEqual(['short', 0o600]);
  });

  it.runIf(process.getuid?.() === 0)('gives them to their owner', async () => {
    await writeEntries([
      { path: join(home, 'd'), mode: 0o700, owner: 0x70000000 },
      { path: join(home, 'd/f'), mode: 0o644, owner: 0x70000000, text: '' },
    ]);
    for (const name of ['d', 'd/f']) expect(await lstat(join(home, name))).toMatchObject({ uid: 0x70000000, gid: 0x70000000 });
  });

  it('stops at the first that fails, naming its path, and follows no link', async () => {
    await writeFile(join(home, 'precious'), 'kept');
    await symlink(join(home, 'precious'), join(home, 'link'));
    const failure = writeEntries([
      { path: join(home, 'link'), mode: 0o600, text: 'lost' },
      { path: join(home, 'later'), mode: 0o700 },
    ]);
    await expect(failure).rejects.toMatchObject({
      code: 'RUNTIME_FAILED',
      stage: 'fs.write',
      message: expect.stringContaining(join(home, 'link')),
    });
    expect(await readFile(join(home, 'precious'), 'utf8')).toBe('kept');
    await expect(lstat(join(home, 'later'))).rejects.toThrow(/ENOENT/);
  });

  it('refuses a directory that is there', async () => {
    await expect(writeEntries([{ path: home, mode: 0o700 }])).rejects.toMatchObject({ errno: 17 });
  });
});
