import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DockerRegistry, startDockerRegistry } from '../../../tests/support/registry.js';
import { ContentInvalidError, createRegistryClient, NotFoundError, type RegistryClient, UnavailableError } from '../src/index.js';
import { type Front, type Meddling, type Seen, startFront } from './support/front.js';
import { type SeededImage, seedImage } from './support/seed-image.js';

const SIZE = 3_000_000;
const retry = { attempts: 3, baseMs: 1, maxMs: 5 };

describe('a blob download', () => {
  let registry: DockerRegistry;
  let seeded: SeededImage;
  let client: RegistryClient;
  let front: Front;
  let dir: string;
  let file: string;
  let meddle: (seen: Seen, before: readonly Seen[]) => Meddling;

  beforeAll(async () => {
    registry = await startDockerRegistry();
    seeded = await seedImage(registry, 'team/app', { tag: '1', layerSizes: [SIZE] });
  });
  afterAll(() => registry.close());
  beforeEach(async () => {
    meddle = () => undefined;
    front = await startFront(registry.host, (seen, before) => (seen.path.includes('/blobs/') ? meddle(seen, before) : undefined));
    client = createRegistryClient({ version: '0', retry });
    dir = await mkdtemp(join(tmpdir(), 'keelson-blob-'));
    file = join(dir, 'blob');
  });
  afterEach(async () => {
    await client.close();
    await front.close();
    await rm(dir, { recursive: true, force: true });
  });

  const layer = () => {
    const [first] = seeded.layers;
    if (first === undefined) throw new Error('no layer');
    return first;
  };
  const descriptor = (size = SIZE) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layer().digest, size });
  const download = (options: { size?: number; signal?: AbortSignal; onProgress?: (progress: { currentBytes: number }) => void } = {}) => {
    const { size, ...rest } = options;
    return client.downloadBlob(`${front.host}/team/app`, { descriptor: descriptor(size), file, ...rest });
  };
  const ranges = () => front.about('/blobs/').map(({ headers }) => headers.range);
  const blobIsWhole = async () => {
    expect((await readFile(file)).equals(layer().bytes)).toBe(true);
    expect(await readdir(dir)).toEqual(['blob']);
  };

  it('goes on where a broken connection stopped', async () => {
    meddle = (_, before) => (before.some(({ path }) => path.includes('/blobs/')) ? undefined : { cutAfter: 1_000_000 });
    await download();
    await blobIsWhole();
    const [first, second] = ranges();
    expect(first).toBeUndefined();
    expect(second).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('gets through a connection that breaks again and again, as long as it gets on', async () => {
    meddle = () => ({ cutAfter: 400_000 });
    await download();
    await blobIsWhole();
    expect(ranges().length).toBeGreaterThan(retry.attempts);
  });

  it('gives up on one that breaks without getting on, and says where', async () => {
    meddle = () => ({ cutAfter: 10 });
    const failed = download();
    await expect(failed).rejects.toThrow(UnavailableError);
    await expect(failed).rejects.toThrow('broke off 3 times');
    expect(ranges().length).toBe(retry.attempts);
  });

  it('resumes after an abort with what is on disk', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const aborted = download({ signal: stop.signal, onProgress: ({ currentBytes }) => currentBytes > 500_000 && stop.abort(reason) });
    await expect(aborted).rejects.toBe(reason);
    const { size } = await stat(`${file}.partial`);
    expect(size).toBeGreaterThan(500_000);
    await download();
    await blobIsWhole();
    expect(ranges().at(-1)).toBe(`bytes=${size}-`);
  });

  it('asks for nothing when the partial file is complete', async () => {
    await writeFile(`${file}.partial`, layer().bytes);
    await download();
    await blobIsWhole();
    expect(ranges()).toEqual([]);
  });

  it('refuses and deletes a resumed file whose beginning was changed on disk, and works the next time', async () => {
    await writeFile(`${file}.partial`, Buffer.alloc(1000));
    await expect(download()).rejects.toThrow(ContentInvalidError);
    expect(await readdir(dir)).toEqual([]);
    await download();
    await blobIsWhole();
  });

  it('starts again from a partial file that is too long', async () => {
    await writeFile(`${file}.partial`, Buffer.alloc(SIZE + 1));
    await download();
    await blobIsWhole();
  });

  it('starts again when the registry knows no ranges', async () => {
    await writeFile(`${file}.partial`, layer().bytes.subarray(0, 1000));
    meddle = () => ({ answer: { status: 200, body: layer().bytes } });
    await download();
    await blobIsWhole();
  });

  it('refuses another part than the one asked for', async () => {
    await writeFile(`${file}.partial`, layer().bytes.subarray(0, 1000));
    meddle = () => ({
      answer: { status: 206, headers: { 'content-range': `bytes 5-${SIZE - 1}/${SIZE}` }, body: layer().bytes.subarray(5) },
    });
    await expect(download()).rejects.toThrow('another part');
  });

  it.each([0, 1_500_000, SIZE - 1])('refuses a blob whose byte %i was turned, and keeps nothing of it', async (flipAt) => {
    meddle = () => ({ flipAt });
    await expect(download()).rejects.toThrow(ContentInvalidError);
    expect(await readdir(dir)).toEqual([]);
  });

  it.each([SIZE - 1, SIZE + 1])('refuses a blob that has not the %i bytes of its descriptor', async (size) => {
    await expect(download({ size })).rejects.toThrow(ContentInvalidError);
    expect(await readdir(dir)).toEqual([]);
  });

  it('writes never more bytes than the descriptor says, whatever comes without a length', async () => {
    meddle = () => ({
      answer: { status: 200, headers: { 'transfer-encoding': 'chunked' }, body: Buffer.concat([layer().bytes, layer().bytes]) },
    });
    let most = 0;
    const refused = download({ onProgress: ({ currentBytes }) => (most = Math.max(most, currentBytes)) });
    await expect(refused).rejects.toThrow(ContentInvalidError);
    expect(most).toBeLessThanOrEqual(SIZE);
    expect(await readdir(dir)).toEqual([]);
  });

  it('does not write through a symbolic link in place of the partial file', async () => {
    const { symlink } = await import('node:fs/promises');
    await writeFile(join(dir, 'victim'), 'untouched');
    await symlink(join(dir, 'victim'), `${file}.partial`);
    await expect(download()).rejects.toMatchObject({ code: 'ELOOP' });
    expect(await readFile(join(dir, 'victim'), 'utf8')).toBe('untouched');
  });

  it('names blob, repository and registry when the blob is not there', async () => {
    const digest = `sha256:${'0'.repeat(64)}` as const;
    const missing = client.downloadBlob(`${front.host}/team/app`, { descriptor: { ...descriptor(), digest }, file });
    await expect(missing).rejects.toThrow(NotFoundError);
    await expect(missing).rejects.toThrow(`blob ${digest} of ${front.host}/team/app not found: ${front.host} was asked`);
  });
});
