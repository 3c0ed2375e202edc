import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, open, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { LayerRecipe } from './recipes.js';

const run = promisify(execFile);
const MERGED = ['bin', 'sbin', 'lib', 'lib64'];

/** Lays out the files of one layer below an empty directory. `lowest`: it also carries the links from /bin to /usr/bin. */
export async function makeTree(root: string, recipe: LayerRecipe, debs: readonly string[], lowest: boolean): Promise<void> {
  if (recipe.busyboxApplets !== true) await linkMergedDirectories(root);
  for (const deb of debs) await unpackDeb(deb, root);
  for (const { path, mode } of recipe.directories ?? []) {
    await mkdir(join(root, path), { recursive: true });
    await chmod(join(root, path), mode);
  }
  for (const [path, content] of Object.entries(recipe.files ?? {})) await write(join(root, path), content);
  for (const [path, source] of Object.entries(recipe.copies ?? {})) await copyFile(join(root, source), join(root, path));
  for (const [path, target] of Object.entries(recipe.symlinks ?? {})) await link(target, join(root, path));
  if (recipe.busyboxApplets === true) await linkApplets(root);
  // Above the lowest layer a real /lib would hide the link of the same name.
  if (!lowest) for (const name of MERGED) await rm(join(root, name), { force: true });
}

async function linkMergedDirectories(root: string): Promise<void> {
  for (const name of MERGED) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await symlink(join('usr', name), join(root, name));
  }
}

/** Without maintainer scripts, and through the links of a merged /usr. */
async function unpackDeb(deb: string, root: string): Promise<void> {
  const file = `${deb}.tar`;
  const output = await open(file, 'w');
  await finished(spawn('dpkg-deb', ['--fsys-tarfile', deb], { stdio: ['ignore', output.fd, 'inherit'] }), deb);
  await output.close();
  const excluded = ['doc', 'man', 'locale', 'info', 'lintian'].map((name) => `--exclude=./usr/share/${name}/*`);
  await run('tar', ['-x', '-p', '-f', file, '--keep-directory-symlink', ...excluded, '-C', root], { timeout: 60_000 });
  await rm(file);
}

async function finished(child: ChildProcess, what: string): Promise<void> {
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`cannot unpack ${what}`);
}

async function linkApplets(root: string): Promise<void> {
  const { stdout } = await run(join(root, 'bin/busybox'), ['--list'], { timeout: 10_000 });
  for (const applet of stdout.split('\n').filter((name) => name !== '' && name !== 'busybox'))
    await link('busybox', join(root, 'bin', applet));
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await symlink(target, path);
}
