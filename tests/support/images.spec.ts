import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistryClient, type RegistryClient } from '@keelson/oci-registry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImageRegistry, pushTestImage, startImageRegistry } from './images/image-registry.js';
import { startDockerRegistry, USER } from './registry.js';

const platform = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };

describe('the registry of test images', () => {
  let registry: ImageRegistry;
  let client: RegistryClient;
  let dir: string;

  beforeAll(async () => {
    registry = await startImageRegistry();
    client = createRegistryClient({ version: 'test' });
    dir = await mkdtemp(join(tmpdir(), 'keelson-images-'));
  }, 300_000);
  afterAll(async () => {
    await client.close();
    await registry.close();
    await rm(dir, { recursive: true });
  });

  it.each([
    ['busybox', 1],
    ['debian', 1],
    ['redis', 2],
    ['nginx', 3],
    ['python', 3],
  ] as const)('holds %s with %i layers', async (name, count) => {
    const image = await client.resolve(registry.reference(name), { platform });
    expect(image.layers).toHaveLength(count);
    expect(image.config.parsed.diffIds).toHaveLength(count);
  });

  it('gives busybox back as a layer that starts with gzip bytes', async () => {
    const image = await client.resolve(registry.reference('busybox'), { platform });
    const [layer] = image.layers;
    if (layer === undefined) throw new Error('no layer');
    await client.downloadBlob(image.reference, { descriptor: layer, file: join(dir, 'layer') });
    const bytes = await readFile(join(dir, 'layer'));
    expect(bytes.length).toBe(layer.size);
    expect(bytes.subarray(0, 2).toString('hex')).toBe('1f8b');
  });

  it('can be pushed to a registry that asks for a password', async () => {
    const closed = await startDockerRegistry({ auth: true });
    const target = { host: closed.host, repository: 'private/busybox', tag: '2', credentials: USER };
    const { manifest } = await pushTestImage('busybox', target);
    const known = createRegistryClient({ version: 'test', credentials: async () => USER });
    const image = await known.resolve(`${closed.host}/private/busybox:2`, { platform });
    await known.close();
    await closed.close();
    expect(image.manifestDigest).toBe(manifest.digest);
  });
});
