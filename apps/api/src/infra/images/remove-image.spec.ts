import { existsSync, readFileSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archive, directory, pax } from '../../../../../packages/runtime-native/test/support/tar.js';
import { type DockerRegistry, startDockerRegistry } from '../../../../../tests/support/registry.js';
import { BEA, type ImageHouse, imageHouse } from '../../testing/image-house.js';
import { stallingFront } from '../../testing/stalling-front.js';
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

const pushed = (name: string, layers: readonly TinyLayer[], tag = '1') =>
  push({ host: registry.host, repository: `remove/${name}`, tag, layers });
const hex = (digest: string): string => digest.slice('sha256:'.length);

describe('removing an image', () => {
  it('deletes what only it needed and keeps what others share', async () => {
    const [base, one, two] = [layer({ base: 'base' }), layer({ one: '1' }), layer({ two: '2' })];
    const [first, second] = [await pushed('first', [base, one]), await pushed('second', [base, two])];
    await house.pull(first.reference);
    await house.pull(second.reference);
    expect(await house.remove(first.reference)).toEqual({ untagged: [first.reference], deleted: [first.id, one.diffId] });
    expect(await house.onDisk()).toMatchObject({
      layers: [base, two].map(({ diffId }) => hex(diffId)).sort(),
      blobs: [hex(second.id), hex(base.digest), hex(two.digest)].sort(),
      temp: [],
    });
    await house.remove(second.id);
    expect(await house.onDisk()).toEqual({ blobs: [], layers: [], incoming: [], temp: [] });
    expect(house.store.events.map(({ action }) => action)).toEqual(['image.pull', 'image.pull', 'image.remove', 'image.remove']);
  });

  it('by one of its names only takes the name', async () => {
    const layers = [layer({ a: 'two names' })];
    const [one, two] = [await pushed('names', layers, '1'), await pushed('names', layers, '2')];
    await house.pull(one.reference);
    await house.pull(two.reference);
    expect(await house.remove(one.reference)).toEqual({ untagged: [one.reference], deleted: [] });
    expect(house.registry.find('default', two.reference).image.references).toEqual([two.reference]);
    expect(() => house.registry.find('default', one.reference)).toThrow(expect.objectContaining({ code: 'image_not_found' }));
    expect((await house.remove(two.reference)).deleted).toHaveLength(2);
  });

  it('takes away trees that are deeper than a path may be long', async () => {
    const deep = Array(20).fill('d'.repeat(203)).join('/');
    const tar = archive(pax([['path', deep]]), directory('deep'));
    const { reference } = await pushed('deep', [packed(tar)]);
    await house.pull(reference);
    await house.remove(reference);
    expect(await house.onDisk()).toEqual({ blobs: [], layers: [], incoming: [], temp: [] });
  });

  it('that containers use is refused with their names; by force it only loses its names', async () => {
    const { reference, id } = await pushed('used', [layer({ a: 'used' })]);
    await house.pull(reference);
    house.users.names.set(`default/${id}`, ['web', 'db']);
    await expect(house.remove(reference)).rejects.toMatchObject({
      code: 'image_in_use',
      message: expect.stringContaining('web, db'),
      details: { containers: ['web', 'db'] },
    });
    await expect(house.remove(id)).rejects.toMatchObject({ code: 'image_in_use' });
    expect(await house.remove(reference, { force: true })).toEqual({ untagged: [reference], deleted: [] });
    const [path = ''] = house.catalog.byId('default', id).layerPaths;
    expect(readFileSync(join(path, 'a'), 'utf8')).toBe('used');
  });

  it('of one tenant leaves the same image of another whole', async () => {
    const only = layer({ a: 'both' });
    const { reference, id } = await pushed('both', [only]);
    await house.pull(reference);
    await house.pull(reference, BEA);
    expect((await house.remove(reference)).deleted).toEqual([id]);
    const [path = ''] = house.catalog.find(BEA.tenant.id, reference).layerPaths;
    expect(readFileSync(join(path, 'a'), 'utf8')).toBe('both');
    await expect(house.remove(reference)).rejects.toMatchObject({ code: 'image_not_found' });
  });

  it('does not take a layer that a running pull counts on', async () => {
    const [base, big] = [layer({ base: 'raced' }), layer({ big: 'raced' }, 2_000_000)];
    const [old, next] = [await pushed('old', [base]), await pushed('next', [base, big])];
    await house.pull(old.reference);
    const front = await stallingFront(registry.host, 600_000);
    try {
      const pulling = house.pull(next.reference.replace(registry.host, front.host));
      await front.stalled;
      expect((await house.remove(old.reference)).deleted).toEqual([old.id]);
      front.release();
      const { image } = await pulling;
      const [path = ''] = house.catalog.byId('default', image.id).layerPaths;
      expect(readFileSync(join(path, 'base'), 'utf8')).toBe('raced');
      expect((await house.remove(image.id)).deleted).toContain(base.diffId);
    } finally {
      await front.close();
    }
  });

  it('again and again beside pulls of the same layers never leaves an image without them', async () => {
    const base = layer({ base: 'often' });
    const references = await Promise.all([1, 2, 3].map(async (n) => (await pushed(`often${n}`, [base, layer({ n: `${n}` })])).reference));
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        references.map(async (reference, number) => {
          await house.pull(reference);
          const paths = house.catalog.find('default', reference).layerPaths;
          expect(paths.every((path) => existsSync(path))).toBe(true);
          if ((round + number) % 2 === 0) await house.remove(reference);
        }),
      );
    }
    for (const { id } of house.registry.list('default')) await house.remove(id);
    expect(await house.onDisk()).toEqual({ blobs: [], layers: [], incoming: [], temp: [] });
  });
});

describe('ids', () => {
  it('may be shortened to four digits as long as they fit one image', async () => {
    const { reference, id } = await pushed('short', [layer({ a: 'short' })]);
    await house.pull(reference);
    for (const text of [id, hex(id), hex(id).slice(0, 4), id.slice(0, 12)]) {
      expect(house.registry.find('default', text).image.id).toBe(id);
    }
    expect(() => house.registry.find('default', hex(id).slice(0, 3))).toThrow(expect.objectContaining({ code: 'image_not_found' }));
  });

  it('that fit several images are refused', async () => {
    const { reference, id } = await pushed('alike', [layer({ a: 'alike' })]);
    const { image } = await house.pull(reference);
    const twin = `${id.slice(0, 20)}${'0'.repeat(51)}`;
    const { references: _, repoDigests, pulledAt, tenantId, ...contents } = image;
    const event = { ...house.store.events[0], action: 'image.pull' } as (typeof house.store.events)[0];
    await house.registry.save('default', { ...contents, id: twin }, { references: [], repoDigests: [] }, event);
    expect(() => house.registry.find('default', hex(id).slice(0, 8))).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});

describe('a start', () => {
  it('finds the images again and deletes what was half made', async () => {
    const { reference, id } = await pushed('start', [layer({ a: 'start' })]);
    await house.pull(reference);
    await house.stop();
    await mkdir(join(house.paths.temp, 'half/fs/etc'), { recursive: true });
    await writeFile(house.paths.blob(`sha256:${'a'.repeat(64)}`), 'nobody knows me');
    const again = await imageHouse({ root: house.root, store: house.store });
    expect(again.registry.find('default', reference).image.id).toBe(id);
    expect((await again.onDisk()).temp).toEqual([]);
    expect((await again.onDisk()).blobs).toHaveLength(2);
    await again.stop();
  });

  it('tells of what does not belong there, and leaves it alone', async () => {
    const strays = [house.paths.layers, house.paths.incoming, join(house.paths.blobs, 'sha256')].map((place) => join(place, 'notes.txt'));
    for (const stray of strays) await writeFile(stray, 'of somebody else');
    await house.content.cleanUp();
    expect(house.faults.told).toHaveLength(strays.length);
    expect(house.faults.told.join()).toContain('notes.txt');
    expect(strays.every((stray) => existsSync(stray))).toBe(true);
  });

  it('keeps what an interrupted pull left for a day', async () => {
    const [fresh, old] = ['b', 'c'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
    const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await mkdir(house.paths.incomingOf('default'), { recursive: true });
    for (const digest of [fresh, old]) {
      await writeFile(`${house.paths.download('default', digest)}.partial`, 'part');
      await mkdir(house.paths.layerFiles(digest), { recursive: true });
    }
    await utimes(`${house.paths.download('default', old)}.partial`, longAgo, longAgo);
    await utimes(house.paths.layer(old), longAgo, longAgo);
    await house.content.cleanUp();
    expect(await house.onDisk()).toMatchObject({ layers: [hex(fresh)], incoming: [`default/${hex(fresh)}.partial`] });
  });
});
