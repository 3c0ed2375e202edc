import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archive, file, symlink } from '../../../../../packages/runtime-native/test/support/tar.js';
import { BEA, type ImageHouse, imageHouse } from '../../testing/image-house.js';

let house: ImageHouse;
beforeEach(async () => {
  house = await imageHouse();
});
afterEach(() => house.destroy());

const TAR = archive(file('bin/sh', 'shell'), file('etc/big', 'x'.repeat(400_000)));

/** Several frames and one to be skipped, as tools for lazy pulling write them. */
function manyFrames(bytes: Buffer): Buffer {
  const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const third = Math.ceil(bytes.length / 3);
  const frames = [0, 1, 2].map((n) => zstdCompressSync(bytes.subarray(n * third, (n + 1) * third)));
  return Buffer.concat([skipped, ...frames.flatMap((frame) => [frame, skipped])]);
}

describe('importing a root filesystem', () => {
  it.each([
    ['plain', TAR],
    ['gzip', gzipSync(TAR)],
    ['gzip in two members', Buffer.concat([gzipSync(TAR.subarray(0, 5_000)), gzipSync(TAR.subarray(5_000))])],
    ['zstd', zstdCompressSync(TAR)],
    ['zstd of many frames', manyFrames(TAR)],
  ])('takes %s', async (_, body) => {
    const image = await house.import('mine/base:1', body);
    expect(image).toMatchObject({ references: ['docker.io/mine/base:1'], config: { cmd: ['/bin/sh'] }, layers: [{ blobDigest: null }] });
    const [path = ''] = house.catalog.find('default', 'mine/base:1').layerPaths;
    expect(readFileSync(join(path, 'bin/sh'), 'utf8')).toBe('shell');
    expect(readFileSync(join(path, 'etc/big')).length).toBe(400_000);
  });

  it('takes bytes as they come, one at a time or all at once', async () => {
    const body = manyFrames(archive(file('a', 'slow')));
    const bytes = [...body].map((byte) => Buffer.from([byte]));
    const slow = await house.import('slow', Readable.from(bytes));
    const fast = await house.import('fast', body);
    expect(slow.layers[0]?.diffId).toBe(fast.layers[0]?.diffId);
    expect((await house.onDisk()).layers).toHaveLength(1);
  });

  it.each([
    ['noise', Buffer.alloc(4_096, 'A')],
    ['a gzip stream cut short', gzipSync(TAR).subarray(0, 400)],
    ['a zstd stream cut short', zstdCompressSync(TAR).subarray(0, 60)],
    ['a tar cut short', TAR.subarray(0, 100_000)],
    ['a tar that leads out', archive(symlink('a', '/'), file('../a/escaped', ''))],
  ])('refuses %s and keeps nothing', async (_, body) => {
    await expect(house.import('mine/bad:1', body)).rejects.toMatchObject({ code: 'archive_invalid' });
    expect(house.registry.list('default')).toEqual([]);
    expect(await house.onDisk()).toEqual({ blobs: [], layers: [], incoming: [], temp: [] });
  });

  it('refuses one that is much larger unpacked', async () => {
    const zeros = archive(file('zeros', '', { size: 100 * 1024 * 1024 }), Buffer.alloc(100 * 1024 * 1024));
    await expect(house.import('mine/bomb:1', gzipSync(zeros))).rejects.toMatchObject({ code: 'archive_invalid' });
  });

  it('ends when its sender goes, and leaves nothing', async () => {
    const sender = new Readable({ read() {} }).on('error', () => undefined);
    sender.push(TAR.subarray(0, 10_000));
    const importing = house.import('mine/gone:1', sender);
    const gone = new Error('the sender has gone');
    setImmediate(() => sender.destroy(gone));
    await expect(importing).rejects.toBe(gone);
    expect(await house.onDisk()).toEqual({ blobs: [], layers: [], incoming: [], temp: [] });
  });

  it('refuses a name with a digest', async () => {
    await expect(house.import(`a@sha256:${'a'.repeat(64)}`, TAR)).rejects.toMatchObject({ code: 'reference_invalid' });
  });

  it('belongs to its tenant, and goes with its layer when it is removed', async () => {
    const image = await house.import('mine/base:1', TAR);
    expect(house.registry.list(BEA.tenant.id)).toEqual([]);
    expect(house.store.events.map(({ action }) => action)).toEqual(['image.import']);
    expect((await house.remove('mine/base:1')).deleted).toEqual([image.id, image.layers[0]?.diffId]);
    expect(await house.onDisk()).toEqual({ blobs: [], layers: [], incoming: [], temp: [] });
  });
});
