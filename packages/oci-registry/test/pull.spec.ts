import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DockerRegistry, startDockerRegistry, USER } from '../../../tests/support/registry.js';
import { createRegistryClient, NotFoundError, PlatformMissingError, type RegistryClient, UnauthorizedError } from '../src/index.js';
import { type Front, startFront } from './support/front.js';
import { seedImage, seedIndex } from './support/seed-image.js';

const platform = { os: 'linux', architecture: 'amd64' };

describe('a pull from docker-registry', () => {
  let registry: DockerRegistry;
  let client: RegistryClient;
  let front: Front | undefined;
  let dir: string;

  beforeAll(async () => {
    registry = await startDockerRegistry();
  });
  afterAll(() => registry.close());
  beforeEach(async () => {
    client = createRegistryClient({ version: '1.2.3' });
    dir = await mkdtemp(join(tmpdir(), 'keelson-pull-'));
  });
  afterEach(async () => {
    await client.close();
    await front?.close();
    front = undefined;
    await rm(dir, { recursive: true, force: true });
  });

  it('resolves a tag to manifest, config and layers, and downloads each layer', async () => {
    const seeded = await seedImage(registry, 'team/app', { tag: '1' });
    const image = await client.resolve(`${registry.host}/team/app:1`, { platform });
    expect(image.manifestDigest).toBe(seeded.manifestDigest);
    expect(image.manifest.bytes.equals(seeded.manifest)).toBe(true);
    expect(image.config.digest).toBe(seeded.configDigest);
    expect(image.layers.map(({ digest, compression }) => [digest, compression])).toEqual(
      seeded.layers.map(({ digest }) => [digest, 'none']),
    );

    for (const [number, layer] of image.layers.entries()) {
      const progress: number[] = [];
      const file = join(dir, String(number));
      await client.downloadBlob(image.reference, {
        descriptor: layer,
        file,
        onProgress: ({ currentBytes }) => progress.push(currentBytes),
      });
      expect((await readFile(file)).equals(seeded.layers[number]?.bytes ?? Buffer.alloc(0))).toBe(true);
      expect(progress.at(-1)).toBe(layer.size);
    }
    expect(await readdir(dir)).toEqual(['0', '1']);
  });

  it('keeps only known fields of the config, and drops environment entries without =', async () => {
    await seedImage(registry, 'team/fields', { tag: '1' });
    const { config } = await client.resolve(`${registry.host}/team/fields:1`, { platform });
    expect(config.parsed.config).toMatchObject({ Env: ['PATH=/bin'], Cmd: ['sh'], ExposedPorts: ['80/tcp'], Labels: { a: 'b' } });
    expect(JSON.stringify(config.parsed)).not.toContain('unknown');
  });

  it('says who it is', async () => {
    await seedImage(registry, 'team/agent', { tag: '1' });
    front = await startFront(registry.host);
    await client.resolve(`${front.host}/team/agent:1`, { platform });
    expect(new Set(front.seen.map(({ headers }) => headers['user-agent']))).toEqual(new Set(['keelson/1.2.3']));
  });

  it('takes the image of the asked platform from an index', async () => {
    const amd64 = await seedImage(registry, 'team/multi', { architecture: 'amd64' });
    const arm64 = await seedImage(registry, 'team/multi', { architecture: 'arm64' });
    const digest = await seedIndex(registry, 'team/multi', 'all', [
      { image: amd64, architecture: 'amd64' },
      { image: arm64, architecture: 'arm64', variant: 'v8' },
    ]);
    const image = await client.resolve(`${registry.host}/team/multi:all`, { platform: { os: 'linux', architecture: 'arm64' } });
    expect(image).toMatchObject({ digest, manifestDigest: arm64.manifestDigest });
    const missing = client.resolve(`${registry.host}/team/multi:all`, { platform: { os: 'linux', architecture: 'riscv64' } });
    await expect(missing).rejects.toThrow(PlatformMissingError);
    await expect(missing).rejects.toThrow('has no image for linux/riscv64: it has linux/amd64, linux/arm64/v8');
  });

  it('refuses an image that is for another platform only', async () => {
    await seedImage(registry, 'team/arm', { tag: '1', architecture: 'arm64' });
    await expect(client.resolve(`${registry.host}/team/arm:1`, { platform })).rejects.toThrow(PlatformMissingError);
  });

  it('resolves by digest', async () => {
    const { manifestDigest } = await seedImage(registry, 'team/digest', { tag: '1' });
    const image = await client.resolve(`${registry.host}/team/digest@${manifestDigest}`, { platform });
    expect(image.manifestDigest).toBe(manifestDigest);
  });

  it('names the reference and the registry when a tag or a repository is not there', async () => {
    await seedImage(registry, 'team/here', { tag: '1' });
    const noTag = client.resolve(`${registry.host}/team/here:2`, { platform });
    await expect(noTag).rejects.toThrow(NotFoundError);
    await expect(noTag).rejects.toThrow(`manifest for ${registry.host}/team/here:2 not found: ${registry.host} was asked`);
    await expect(client.resolve(`${registry.host}/team/nowhere`, { platform })).rejects.toThrow(
      `team/nowhere:latest not found: ${registry.host} was asked`,
    );
  });
});

describe('a pull from docker-registry with users', () => {
  let registry: DockerRegistry;

  beforeAll(async () => {
    registry = await startDockerRegistry({ auth: true });
    await seedImage(registry, 'team/app', { tag: '1', auth: `${USER.username}:${USER.password}` });
  });
  afterAll(() => registry.close());

  const pull = async (credentials: typeof USER | undefined) => {
    const asked: string[] = [];
    const client = createRegistryClient({
      version: '0',
      credentials: async (name) => {
        asked.push(name);
        return credentials;
      },
    });
    try {
      await client.resolve(`${registry.host}/team/app:1`, { platform });
      return asked;
    } finally {
      await client.close();
    }
  };

  it('works with the right password, asked for under the name of the registry', async () => {
    expect(new Set(await pull(USER))).toEqual(new Set([registry.host]));
  });

  it('says whose password was refused, without saying the password', async () => {
    const refused = pull({ ...USER, password: 'secret-but-wrong' });
    await expect(refused).rejects.toThrow(UnauthorizedError);
    await expect(refused).rejects.toThrow('refused the user name or password of "ali"');
    await expect(refused).rejects.not.toThrow('secret-but-wrong');
  });

  it('says that a password is wanted when there is none', async () => {
    await expect(pull(undefined)).rejects.toThrow(`wants a user name and password for ${registry.host}/team/app`);
  });
});
