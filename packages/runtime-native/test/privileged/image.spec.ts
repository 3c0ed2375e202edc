import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { growImage, imageToolsPresent, makeImage, openImage } from '../../lib/index.js';

const MIB = 1024 * 1024;

let directory: string;
let image: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keelson-image-'));
  image = join(directory, 'rootfs.img');
});
afterEach(() => rm(directory, { recursive: true }));

beforeAll(async () => {
  expect(await imageToolsPresent()).toBe(true);
});

/** Loop devices of our image. */
async function devices(): Promise<string[]> {
  const names = (await readdir('/sys/block')).filter((name) => name.startsWith('loop'));
  const files = await Promise.all(names.map((name) => readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '')));
  return names.filter((_, at) => files[at]?.trim() === image);
}

const inside = (mount: number, name = '') => `/proc/self/fd/${mount}/${name}`;

it('an image is sparse, private to root, and made once', async () => {
  await makeImage(image, 1024 * MIB);
  const { size, blocks, mode } = await stat(image);
  expect(size).toBe(1024 * MIB);
  expect(blocks * 512).toBeLessThan(8 * MIB);
  expect(mode & 0o777).toBe(0o600);
  await expect(makeImage(image, 16 * MIB)).rejects.toMatchObject({ code: 'EEXIST' });
});

it('what was written is there the next time, and no device stays', async () => {
  await makeImage(image, 16 * MIB);
  const first = await openImage(image);
  expect(await devices()).toHaveLength(1);
  await mkdir(inside(first, 'upper'));
  await writeFile(inside(first, 'upper/kept'), 'yes');
  closeSync(first);
  const second = await openImage(image);
  expect(await readFile(inside(second, 'upper/kept'), 'utf8')).toBe('yes');
  closeSync(second);
  await expect.poll(devices).toEqual([]);
});

it('is never mounted twice: the second waits for the first', async () => {
  await makeImage(image, 16 * MIB);
  const first = await openImage(image);
  let open = false;
  const second = openImage(image).then((mount) => {
    open = true;
    return mount;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(open).toBe(false);
  await writeFile(inside(first, 'late'), 'yes');
  closeSync(first);
  const mount = await second;
  expect(await readFile(inside(mount, 'late'), 'utf8')).toBe('yes');
  closeSync(mount);
});

it('lets go of its device when its holder is killed', async () => {
  await makeImage(image, 16 * MIB);
  const script = `import { openImage } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    await openImage(${JSON.stringify(image)}); console.log('open'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  expect(await devices()).toHaveLength(1);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const mount = await openImage(image);
  closeSync(mount);
  await expect.poll(devices).toEqual([]);
});

it('grows with what is in it, and one that is as large already stays as it is', async () => {
  await makeImage(image, 16 * MIB);
  const before = await openImage(image);
  await writeFile(inside(before, 'kept'), 'yes');
  closeSync(before);
  await growImage(image, 64 * MIB);
  await growImage(image, 32 * MIB);
  expect((await stat(image)).size).toBe(64 * MIB);
  const after = await openImage(image);
  await writeFile(inside(after, 'large'), Buffer.alloc(40 * MIB));
  expect(await readFile(inside(after, 'kept'), 'utf8')).toBe('yes');
  closeSync(after);
});

it('that is no filesystem, or a link, is refused in words', async () => {
  await writeFile(image, '');
  await truncate(image, 16 * MIB);
  await expect(openImage(image)).rejects.toMatchObject({ stage: 'mount.image', message: expect.stringContaining('ext4') });
  await expect(openImage('/dev/null')).rejects.toMatchObject({ stage: 'mount.image', message: '/dev/null is not a regular file' });
  await expect.poll(devices).toEqual([]);
});
