import { readFile } from 'node:fs/promises';
import { gunzipSync, zstdCompressSync } from 'node:zlib';
import { imageSummary, type PullImageInput } from '@keelson/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiFailure } from '../support/client.js';
import { expectFailure } from '../support/expect-failure.js';
import { pushTestImage, testImage } from '../support/images/image-registry.js';
import { type DockerRegistry, startDockerRegistry, USER } from '../support/registry.js';
import { useSuite } from '../support/suite.js';

let mirror: DockerRegistry;
let closed: DockerRegistry;

beforeAll(async () => {
  mirror = await startDockerRegistry();
  closed = await startDockerRegistry({ auth: true });
  await pushTestImage('busybox', { host: mirror.host, repository: 'library/tiny', tag: 'latest' });
  await pushTestImage('busybox', { host: closed.host, repository: 'team/tiny', tag: '1', credentials: USER });
});
afterAll(async () => {
  await mirror.close();
  await closed.close();
});

const suite = useSuite({ images: ['busybox'], env: () => ({ KEELSON_REGISTRY_MIRROR: `http://${mirror.host}` }) });

/** A pull may be refused before its first line or end with an error as its last. */
async function refusal(input: PullImageInput): Promise<{ code: string; message: string }> {
  try {
    const last = (await suite.api.images.pull(input)).at(-1);
    if (last?.type !== 'error') throw new Error(`the pull ended with ${JSON.stringify(last)}`);
    return last;
  } catch (error) {
    if (error instanceof ApiFailure) return error.body;
    throw error;
  }
}

describe('where an image comes from', () => {
  it('a short name is asked of the mirror first', async () => {
    // The same image as the suite's busybox, so it has that name as well.
    expect((await suite.api.images.pull({ reference: 'tiny' })).at(-1)).toMatchObject({
      type: 'done',
      image: { references: expect.arrayContaining(['tiny:latest']) },
    });
  });

  it('a name that its registry does not have is "not found", with reference and registry', async () => {
    const { code, message } = await refusal({ reference: `${suite.registry.host}/test/nowhere:3` });
    expect(code).toBe('image_not_found');
    expect(message).toMatch(/not found/);
    expect(message).toContain(`${suite.registry.host}/test/nowhere:3`);
  });

  it('a short name that is nowhere names the registry that was asked', async () => {
    const { code, message } = await refusal({ reference: 'no-such-image-anywhere' });
    // Where the tests run without a way to Docker Hub, that is what is said; the name of the registry is in both sentences.
    expect(['image_not_found', 'registry_unavailable']).toContain(code);
    expect(message).toContain('no-such-image-anywhere');
    expect(message).toContain('docker.io');
  });

  it.each(['team/UPPER', 'a b', 'x:'])('"%s" is no reference', async (reference) => {
    expect((await refusal({ reference })).code).toBe('reference_invalid');
  });

  it('a registry with a password refuses strangers and serves those who know it', async () => {
    const reference = `${closed.host}/team/tiny:1`;
    expect((await refusal({ reference })).code).toBe('registry_refused');
    expect((await refusal({ reference, credentials: { username: USER.username, password: 'wrong' } })).code).toBe('registry_refused');
    expect((await suite.api.images.pull({ reference, credentials: USER })).at(-1)?.type).toBe('done');
  });

  it('a registry that does not answer is unavailable, with its address', async () => {
    const { code, message } = await refusal({ reference: '127.0.0.1:1/team/tiny:1' });
    expect(code).toBe('registry_unavailable');
    expect(message).toContain('127.0.0.1:1');
  });
});

describe('importing a root filesystem', () => {
  const importing = (body: Uint8Array<ArrayBuffer>, query: Record<string, string>) =>
    suite.api.json(imageSummary, 'POST', '/images/import', { query, body, headers: { 'content-type': 'application/x-tar' } });

  /** A layer of busybox is a whole root filesystem. */
  async function rootFilesystem(): Promise<Buffer> {
    const [layer] = (await testImage('busybox')).layers;
    return readFile(layer?.file ?? '');
  }

  it.each([
    ['plain', (packed: Buffer) => gunzipSync(packed)],
    ['gzip', (packed: Buffer) => packed],
    ['zstd', (packed: Buffer) => zstdCompressSync(gunzipSync(packed))],
  ] as const)('takes a %s tar and runs it with the given command', async (name, pack) => {
    const reference = `mine/${name}:1`;
    const cmd = JSON.stringify(['/bin/sh', '-c', 'echo imported']);
    const image = await importing(new Uint8Array(pack(await rootFilesystem())), { reference, cmd });
    expect(image.references).toEqual([reference]);
    const { container, result } = await suite.api.run({ image: reference });
    expect(result.exitCode).toBe(0);
    expect(await suite.api.output(container.id)).toBe('imported\n');
  });

  it('refuses bytes that are no tar, and keeps nothing of them', async () => {
    const before = await suite.api.images.list();
    await expectFailure(importing(new Uint8Array(4096).fill(0x41), { reference: 'mine/noise:1' }), 'archive_invalid');
    expect(await suite.api.images.list()).toEqual(before);
  });

  it('refuses an archive that is cut short', async () => {
    const packed = await rootFilesystem();
    const half = new Uint8Array(packed.subarray(0, packed.length / 2));
    await expectFailure(importing(half, { reference: 'mine/half:1' }), 'archive_invalid');
  });
});
