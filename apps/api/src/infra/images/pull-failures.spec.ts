import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFront } from '../../../../../packages/oci-registry/test/support/front.js';
import { archive, file, symlink } from '../../../../../packages/runtime-native/test/support/tar.js';
import { type DockerRegistry, startDockerRegistry, USER } from '../../../../../tests/support/registry.js';
import { type ImageHouse, imageHouse } from '../../testing/image-house.js';
import { layer, packed, push, type TinyLayer } from '../../testing/tiny-image.js';

let registry: DockerRegistry;
let house: ImageHouse;

beforeAll(async () => {
  registry = await startDockerRegistry();
});
afterAll(() => registry.close());
beforeEach(async () => {
  house = await imageHouse();
});
afterEach(() => house.destroy());

const pushed = async (name: string, layers: readonly TinyLayer[]): Promise<string> =>
  (await push({ host: registry.host, repository: `fail/${name}`, tag: '1', layers })).reference;

/** Nothing of an image is left, and nothing that could pass for a part of one. */
async function expectNothingKept(): Promise<void> {
  expect(house.registry.list('default')).toEqual([]);
  expect(house.store.events).toEqual([]);
  expect(await house.onDisk()).toMatchObject({ blobs: [], layers: [], temp: [] });
}

describe('bytes that are wrong', () => {
  it('flipped on the way are refused, and the next pull is whole', async () => {
    const one = layer({ a: 'flip' }, 300_000);
    const reference = await pushed('flip', [one]);
    const front = await startFront(registry.host, ({ path }) => (path.includes(one.digest) ? { flipAt: 150_000 } : undefined));
    try {
      await expect(house.pull(reference.replace(registry.host, front.host))).rejects.toMatchObject({ code: 'content_invalid' });
    } finally {
      await front.close();
    }
    await expectNothingKept();
    expect((await house.onDisk()).incoming).toEqual([]);
    expect((await house.pull(reference)).image.layers).toHaveLength(1);
  });

  it('that unpack to something else than the config promised are refused', async () => {
    const reference = await pushed('liar', [{ ...layer({ a: 'lie' }), diffId: layer({ a: 'truth' }).diffId }]);
    await expect(house.pull(reference)).rejects.toMatchObject({ code: 'content_invalid' });
    await expectNothingKept();
  });

  it('cannot claim a layer that is here by naming its diff id', async () => {
    const victim = layer({ secret: 'of a team' });
    await house.pull(await pushed('victim', [victim]));
    const thief = await pushed('thief', [{ ...layer({ any: 'thing' }), diffId: victim.diffId }]);
    const other = { id: 'bea', name: 'bea', role: 'member', tenant: { id: 'other', name: 'other' } } as const;
    await expect(house.pull(thief, other)).rejects.toMatchObject({ code: 'content_invalid' });
    expect(house.registry.list('other')).toEqual([]);
  });

  it('of a gzip stream that ends early are refused', async () => {
    const whole = layer({ a: 'cut' }, 10_000);
    const reference = await pushed('cut', [packed(whole.tar, whole.blob.subarray(0, 5_000))]);
    await expect(house.pull(reference)).rejects.toMatchObject({ code: 'content_invalid' });
    await expectNothingKept();
  });

  it('of a tar that leads out of its directory are refused', async () => {
    const tar = archive(symlink('out', '/tmp'), file('out/../../../../escaped', 'x'));
    await expect(house.pull(await pushed('hostile', [packed(tar)]))).rejects.toMatchObject({ code: 'content_invalid' });
    await expectNothingKept();
  });

  it('that unpack to more than 200 times their size are refused early', async () => {
    const zeros = Buffer.alloc(100 * 1024 * 1024);
    const tar = archive(file('zeros', '', { size: zeros.length }), zeros);
    await expect(house.pull(await pushed('bomb', [packed(tar)]))).rejects.toMatchObject({
      code: 'content_invalid',
      message: expect.stringContaining('more than 200 times'),
    });
    await expectNothingKept();
  });
});

describe('a disk that is full', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync('/tmp/ki-full-');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=755', 'tmpfs', root]);
  });
  afterEach(() => {
    execFileSync('umount', [root]);
    rmSync(root, { recursive: true });
  });

  it.each([
    ['while a blob is written', layer({ a: 'full' }, 6_000_000)],
    // Compressed it fits, unpacked it does not.
    ['while a layer is unpacked', packed(archive(file('zeros', '\0'.repeat(8_000_000))))],
  ])('%s is told as such, and what fits is pulled afterwards', async (when, tooMuch) => {
    const small = await imageHouse({ root });
    const reference = await pushed(`full${when.length}`, [layer({ small: 'layer' }), tooMuch]);
    await expect(small.pull(reference)).rejects.toMatchObject({ code: 'storage_full' });
    expect(small.registry.list('default')).toEqual([]);
    expect((await small.onDisk()).temp).toEqual([]);
    for (const name of (await small.onDisk()).incoming) rmSync(`${small.paths.incoming}/${name}`);
    expect((await small.pull(await pushed('fits', [layer({ small: 'fits' })]))).image.layers).toHaveLength(1);
    await small.stop();
  });
});

describe('a registry that says no', () => {
  it('because it has no such image', async () => {
    const reference = `${registry.host}/fail/nowhere:3`;
    await expect(house.pull(reference)).rejects.toMatchObject({
      code: 'image_not_found',
      message: expect.stringContaining(`${reference} not found: ${registry.host} was asked`),
    });
  });

  it('because nobody is there', async () => {
    await expect(house.pull('127.0.0.1:1/team/app:1')).rejects.toMatchObject({ code: 'registry_unavailable' });
  });

  it('because it wants to be asked less often', async () => {
    const front = await startFront(registry.host, () => ({ answer: { status: 429, headers: { 'retry-after': '120' } } }));
    try {
      await expect(house.pull(`${front.host}/team/app:1`)).rejects.toMatchObject({
        code: 'registry_rate_limited',
        details: { retryAfterSeconds: 120 },
      });
    } finally {
      await front.close();
    }
  });

  it('because the image is for other machines', async () => {
    const reference = await pushed('machine', [layer({ a: 'machine' })]);
    const pull = house.follow({ reference, platform: 'linux/riscv64' });
    await expect(pull.next()).rejects.toMatchObject({ code: 'not_supported', message: expect.stringContaining('linux/riscv64') });
  });

  it('to a stranger, and yes to the one with the password', async () => {
    const closed = await startDockerRegistry({ auth: true });
    try {
      const reference = `${closed.host}/fail/closed:1`;
      await expect(house.pull(reference)).rejects.toMatchObject({ code: 'registry_refused' });
      const wrong = house.follow({ reference, credentials: { username: USER.username, password: 'wrong' } });
      await expect(wrong.next()).rejects.toMatchObject({ code: 'registry_refused' });
      const right = house.follow({ reference, credentials: USER });
      await expect(right.next()).rejects.toMatchObject({ code: 'image_not_found' });
      // A password opens nothing for those who come after.
      await expect(house.pull(reference)).rejects.toMatchObject({ code: 'registry_refused' });
    } finally {
      await closed.close();
    }
  });
});

describe('a request that cannot be meant', () => {
  it.each(['team/UPPER', 'a b', 'x:', ''])('"%s" is refused before anything is asked', (reference) => {
    expect(() => house.follow({ reference })).toThrow(expect.objectContaining({ code: 'reference_invalid' }));
  });

  it('names a platform in another form', () => {
    expect(() => house.follow({ reference: 'a', platform: 'amd64' })).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
