import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFront } from '../../../../../packages/oci-registry/test/support/front.js';
import { type DockerRegistry, startDockerRegistry } from '../../../../../tests/support/registry.js';
import { ALI, BEA, type ImageHouse, imageHouse, statuses } from '../../testing/image-house.js';
import { stallingFront } from '../../testing/stalling-front.js';
import { layer, push, type TinyLayer } from '../../testing/tiny-image.js';

let registry: DockerRegistry;
let house: ImageHouse;
let count = 0;

beforeAll(async () => {
  registry = await startDockerRegistry();
});
afterAll(() => registry.close());
beforeEach(async () => {
  house = await imageHouse();
});
afterEach(() => house.destroy());

/** An image with a name of its own. */
function pushed(layers: readonly TinyLayer[], config: Record<string, unknown> = {}, host = registry.host) {
  count += 1;
  return push({ host, repository: `pull/image${count}`, tag: '1', layers, config });
}

const behind = (host: string, reference: string): string => reference.replace(registry.host, host);

describe('a pull', () => {
  it('unpacks each layer below its diff id, owned by ids that no container maps', async () => {
    const layers = [layer({ 'etc/low': 'low' }), layer({ 'etc/high': 'high' })];
    const { reference, id } = await pushed(layers, { Cmd: ['/etc/high'], Env: ['A=b', 'NAKED'] });
    const { image } = await house.pull(reference);
    expect(image).toMatchObject({ id, references: [reference], os: 'linux', config: { cmd: ['/etc/high'], env: ['A=b'] } });
    expect(image.createdAt).toEqual(new Date('2026-01-02T03:04:05Z'));
    expect(image.layers.map(({ createdBy, sizeBytes }) => [createdBy, sizeBytes])).toEqual([
      ['step 0', 3],
      ['step 1', 4],
    ]);
    const [low = '', high = ''] = house.catalog.find('default', reference).layerPaths;
    expect(readFileSync(join(low, 'etc/low'), 'utf8')).toBe('low');
    expect(lstatSync(join(high, 'etc/high')).uid).toBe(0x7fff0000);
    expect(lstatSync(house.root).isDirectory() && lstatSync(join(house.root, 'images')).mode & 0o777).toBe(0o700);
  });

  it('is written down with its event', async () => {
    const { reference, id } = await pushed([layer({ a: 'event' })]);
    await house.pull(reference);
    expect(house.store.events).toMatchObject([{ action: 'image.pull', actor: 'ali', subject: { type: 'image', id, name: reference } }]);
    expect([...house.store.rows.keys()]).toEqual([`default/${id}`]);
  });

  it('tells what it found, then the bytes of each layer, then the image', async () => {
    const layers = [layer({ a: 'progress' }), layer({ b: 'progress' }, 3_000_000)];
    const { reference } = await pushed(layers);
    const { updates } = await house.pull(reference);
    expect(updates[0]).toMatchObject({
      type: 'resolved',
      reference,
      layers: layers.map(({ digest, blob }) => ({ digest, sizeBytes: blob.length })),
    });
    expect(statuses(updates)).toEqual(['done', 'done']);
    for (const update of updates) if (update.type === 'layer') expect(update.currentBytes).toBeLessThanOrEqual(update.totalBytes);
    expect(updates.at(-1)?.type).toBe('done');
  });

  it('of an image that is there asks for no blob again but the config', async () => {
    const { reference, id } = await pushed([layer({ a: 'twice' }), layer({ b: 'twice' })]);
    await house.pull(reference);
    const front = await startFront(registry.host);
    try {
      const { updates } = await house.pull(behind(front.host, reference));
      expect(statuses(updates)).toEqual(['exists', 'exists']);
      expect(front.about('/blobs/').map(({ path }) => path.endsWith(id))).toEqual([true]);
    } finally {
      await front.close();
    }
  });

  it('leaves labels that tools trust behind', async () => {
    const labels = { 'keelson.owner': 'me', 'io.containerd.x': 'y', 'com.docker.compose.project': 'p', 'org.example': 'kept' };
    const { reference } = await pushed([layer({ a: 'labels' })], { Labels: labels });
    expect((await house.pull(reference)).image.config.labels).toEqual({ 'org.example': 'kept' });
  });

  it('of the same layer twice in one image mounts it once, where it is topmost', async () => {
    const [one, two] = [layer({ a: '1' }), layer({ a: '2' })];
    const { reference } = await pushed([one, two, one]);
    expect((await house.pull(reference)).image.layers).toHaveLength(3);
    const paths = house.catalog.find('default', reference).layerPaths;
    expect(paths.map((path) => path.includes(one.diffId.slice(7)))).toEqual([false, true]);
  });

  it('moves a tag to the newer image and leaves the older one without a name', async () => {
    const target = { host: registry.host, repository: 'pull/moving', tag: 'latest' };
    const older = await push({ ...target, layers: [layer({ a: 'older' })] });
    await house.pull(older.reference);
    const newer = await push({ ...target, layers: [layer({ a: 'newer' })] });
    await house.pull(newer.reference);
    expect(house.registry.find('default', newer.reference).image.id).toBe(newer.id);
    expect(house.registry.find('default', older.id).image.references).toEqual([]);
  });

  it('by digest names no tag, and finds the image by that digest', async () => {
    const { reference, id } = await pushed([layer({ a: 'digest' })]);
    const { updates } = await house.pull(reference);
    const digest = updates[0]?.type === 'resolved' ? updates[0].digest : '';
    const byDigest = reference.replace(/:1$/, `@${digest}`);
    await house.remove(reference);
    const { image } = await house.pull(byDigest);
    expect(image).toMatchObject({ id, references: [], repoDigests: [byDigest] });
    expect(house.registry.find('default', byDigest).image.id).toBe(id);
  });

  it('asks the mirror first for names of Docker Hub', async () => {
    await push({ host: registry.host, repository: 'library/hubby', tag: 'latest', layers: [layer({ a: 'hub' })] });
    const mirrored = await imageHouse({ mirror: `http://${registry.host}` });
    try {
      expect((await mirrored.pull('hubby')).image.references).toEqual(['docker.io/library/hubby:latest']);
    } finally {
      await mirrored.destroy();
    }
  });
});

describe('pulls at the same time', () => {
  it('of one reference are one pull', async () => {
    const { reference } = await pushed([layer({ a: 'shared' }, 500_000), layer({ b: 'shared' })]);
    const front = await startFront(registry.host);
    try {
      const name = behind(front.host, reference);
      const all = await Promise.all(Array.from({ length: 5 }, () => house.pull(name)));
      expect(new Set(all.map(({ image }) => image.id)).size).toBe(1);
      expect(front.about('/blobs/')).toHaveLength(3);
      expect(house.store.events).toHaveLength(1);
    } finally {
      await front.close();
    }
  });

  it('of images that share a layer fetch and unpack it once', async () => {
    const base = layer({ base: 'base' }, 1_000_000);
    const references = await Promise.all([1, 2, 3].map((n) => pushed([base, layer({ own: `own ${n}` })])));
    const front = await startFront(registry.host);
    try {
      await Promise.all(references.map(({ reference }) => house.pull(behind(front.host, reference))));
      expect(front.about(base.digest)).toHaveLength(1);
      expect((await house.onDisk()).layers).toHaveLength(4);
    } finally {
      await front.close();
    }
  });

  it('of two tenants: each fetches the layer itself, for a digest proves nothing, and it is stored once', async () => {
    const only = layer({ secret: 'of a team' });
    const { reference } = await pushed([only]);
    await house.pull(reference);
    const front = await startFront(registry.host);
    try {
      await house.pull(behind(front.host, reference), BEA);
      expect(front.about(only.digest)).toHaveLength(1);
    } finally {
      await front.close();
    }
    expect(await house.onDisk()).toMatchObject({ layers: [only.diffId.slice(7)], incoming: [] });
  });
});

describe('a pull that its readers leave', () => {
  it('ends when the last has left, and the next one goes on where it was', async () => {
    const big = layer({ a: 'resume' }, 2_000_000);
    const { reference } = await pushed([big]);
    const front = await stallingFront(registry.host, 600_000);
    try {
      const name = behind(front.host, reference);
      const [one, two] = [house.follow({ reference: name }), house.follow({ reference: name })];
      await one.return(undefined);
      // The other still gets bytes.
      for await (const update of two) if (update.type === 'layer' && update.currentBytes > 0) break;
      await house.stop();
      expect(house.registry.list('default')).toEqual([]);
      expect(await house.onDisk()).toMatchObject({ blobs: [], layers: [], temp: [], incoming: [`default/${big.digest.slice(7)}.partial`] });

      front.release();
      const again = await imageHouse({ root: house.root, store: house.store });
      expect(statuses((await again.pull(name)).updates)).toEqual(['done']);
      await again.stop();
      const resumed = front.asked.filter((path) => path.includes(big.digest)).at(-1);
      expect(resumed).toMatch(/ bytes=[1-9]\d*-$/);
    } finally {
      await front.close();
    }
  });

  it('goes on for those who stay', async () => {
    const { reference } = await pushed([layer({ a: 'stay' }, 2_000_000)]);
    const front = await stallingFront(registry.host, 600_000);
    try {
      const name = behind(front.host, reference);
      const leaver = house.follow({ reference: name });
      const stayer = house.pull(name);
      await front.stalled;
      await leaver.return(undefined);
      front.release();
      expect((await stayer).image.references).toEqual([name]);
      expect(front.asked.filter((path) => path.includes('/manifests/'))).toHaveLength(1);
    } finally {
      await front.close();
    }
  });

  it('can be asked for anew at once, while the old one still lets go', async () => {
    const { reference } = await pushed([layer({ a: 'anew' }, 2_000_000)]);
    const front = await stallingFront(registry.host, 600_000);
    try {
      const name = behind(front.host, reference);
      const leaver = house.follow({ reference: name });
      await front.stalled;
      front.release();
      const leaving = leaver.return(undefined);
      await expect(house.pull(name)).resolves.toMatchObject({ image: { references: [name] } });
      await leaving;
    } finally {
      await front.close();
    }
  });
});

describe('what a tenant has pulled', () => {
  it('is not seen by another', async () => {
    const { reference, id } = await pushed([layer({ a: 'private' })]);
    await house.pull(reference, ALI);
    expect(house.registry.list(BEA.tenant.id)).toEqual([]);
    for (const name of [reference, id, id.slice(7, 19)]) {
      expect(() => house.registry.find(BEA.tenant.id, name)).toThrow(expect.objectContaining({ code: 'image_not_found' }));
    }
    await expect(house.remove(reference, { principal: BEA })).rejects.toMatchObject({ code: 'image_not_found' });
  });
});
