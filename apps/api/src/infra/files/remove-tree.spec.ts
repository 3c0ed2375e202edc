import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTree } from './remove-tree.js';

describe('removeTree', () => {
  let home: string;
  let tree: string;
  beforeEach(async () => {
    home = await mkdtemp('/tmp/ka-tree-');
    tree = join(home, 'tree');
    await mkdir(tree);
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it('removes what lies in it, and is done when nothing is there', async () => {
    await mkdir(join(tree, 'a/b/c'), { recursive: true });
    await writeFile(join(tree, 'a/b/file'), 'x');
    await removeTree(tree);
    expect(existsSync(tree)).toBe(false);
    await removeTree(tree);
  });

  it('leaves alone what symbolic links point to', async () => {
    const outside = join(home, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'canary'), 'alive');
    await symlink(outside, join(tree, 'directory'));
    await symlink(join(outside, 'canary'), join(tree, 'file'));
    await symlink('/nowhere', join(tree, 'dangling'));
    await removeTree(tree);
    expect(await readFile(join(outside, 'canary'), 'utf8')).toBe('alive');
    expect(existsSync(tree)).toBe(false);
  });

  it('removes only the link when the tree itself is one', async () => {
    await writeFile(join(tree, 'canary'), 'alive');
    await symlink(tree, join(home, 'link'));
    await removeTree(join(home, 'link'));
    expect(existsSync(join(home, 'link'))).toBe(false);
    expect(await readFile(join(tree, 'canary'), 'utf8')).toBe('alive');
  });

  it('removes names that are no text, device nodes and pipes', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xff, 0xfe, 0x0a])]), 'x');
    execFileSync('mkfifo', [join(tree, 'pipe')]);
    execFileSync('mknod', [join(tree, 'whiteout'), 'c', '0', '0']);
    await removeTree(tree);
    expect(existsSync(tree)).toBe(false);
  });

  it('removes a tree deeper than any path can be long', async () => {
    // 300 directories with names of 30 bytes: more than twice PATH_MAX.
    const script =
      'import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(300):\n  os.mkdir("d" * 30); os.chdir("d" * 30)\nopen("leaf", "w").close()';
    execFileSync('python3', ['-c', script, tree]);
    await removeTree(tree);
    expect(existsSync(tree)).toBe(false);
  });
});
