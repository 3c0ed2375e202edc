import { type ImageDetail, imageDetail, type PullProgress, pullProgress } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite();

/** The states a layer went through, and whether its bytes only grew within each. */
function layerStory(progress: readonly PullProgress[], digest: string) {
  const lines = progress.filter((line) => line.type === 'layer').filter((line) => line.digest === digest);
  const grew = lines.every((line, at) => {
    const before = lines[at - 1];
    return before === undefined || before.status !== line.status || before.currentBytes <= line.currentBytes;
  });
  return { last: lines.at(-1)?.status, grew, bounded: lines.every((line) => line.currentBytes <= line.totalBytes) };
}

describe('a pull', () => {
  it('tells the bytes of each layer and ends with the image', async () => {
    const progress = await suite.api.images.pull({ reference: suite.image('nginx') });
    const resolved = progress.find((line) => line.type === 'resolved');
    expect(resolved?.layers).toHaveLength(3);
    for (const { digest } of resolved?.layers ?? [])
      expect(layerStory(progress, digest)).toEqual({ last: 'done', grew: true, bounded: true });
    const done = progress.at(-1);
    expect(done).toMatchObject({ type: 'done', image: { references: [suite.image('nginx')], os: 'linux', containers: 0 } });
  });

  it('of an image that is there says so of every layer', async () => {
    const progress = await suite.api.images.pull({ reference: suite.image('nginx') });
    const resolved = progress.find((line) => line.type === 'resolved');
    for (const { digest } of resolved?.layers ?? []) expect(layerStory(progress, digest).last).toBe('exists');
    expect(progress.at(-1)?.type).toBe('done');
  });

  it('fetches only the layers that no other image has', async () => {
    const progress = await suite.api.images.pull({ reference: suite.image('redis') });
    const [base, own] = progress.find((line) => line.type === 'resolved')?.layers ?? [];
    expect(layerStory(progress, base?.digest ?? '').last).toBe('exists');
    expect(layerStory(progress, own?.digest ?? '').last).toBe('done');
  });

  it('of the same image twice at once ends well for both', async () => {
    const reference = suite.image('python');
    const both = await Promise.all([suite.api.images.pull({ reference }), suite.api.images.pull({ reference })]);
    expect(both.map((progress) => progress.at(-1)?.type)).toEqual(['done', 'done']);
    const listed = (await suite.api.images.list()).filter(({ references }) => references.includes(reference));
    expect(listed).toHaveLength(1);
  });

  it('that its client leaves can be done again', async () => {
    const reference = suite.image('busybox');
    for await (const line of suite.api.lines(pullProgress, 'POST', '/images/pull', { body: { reference } })) {
      if (line.type === 'resolved') break;
    }
    expect((await suite.api.images.pull({ reference })).at(-1)?.type).toBe('done');
  });
});

describe('an image', () => {
  const find = (reference: string): Promise<ImageDetail> => suite.api.images.inspect(reference);

  it('shows its config and its layers, lowest first', async () => {
    const detail = await find(suite.image('nginx'));
    expect(detail.config).toMatchObject({
      cmd: ['nginx', '-g', 'daemon off;'],
      entrypoint: [],
      exposedPorts: ['80/tcp'],
      stopSignal: 'SIGQUIT',
      labels: { 'dev.keelson.test': 'yes' },
    });
    expect(detail.layers.map(({ createdBy }) => createdBy)).toEqual(['a shell and its tools', 'nginx-light', 'page and site']);
    expect(detail.layers.every(({ sizeBytes, compressedBytes }) => sizeBytes > 0 && (compressedBytes ?? 0) > 0)).toBe(true);
    expect(detail.sizeBytes).toBe(detail.layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  });

  it('is found by its id as well', async () => {
    const detail = await find(suite.image('redis'));
    expect(await find(detail.id)).toEqual(detail);
    expect(detail.config).toMatchObject({ entrypoint: ['redis-server'], workingDir: '/data' });
  });

  it('is listed with the same facts', async () => {
    const detail = await find(suite.image('redis'));
    const listed = (await suite.api.images.list()).find(({ id }) => id === detail.id);
    expect(imageDetail.omit({ config: true, layers: true }).parse(detail)).toEqual(listed);
  });

  it('that nobody pulled is not found', async () => {
    const failure = await expectFailure(find('nothing-of-the-kind:9'), 'image_not_found');
    expect(failure.body.message).toContain('nothing-of-the-kind:9');
  });
});

describe('removing an image', () => {
  it('is refused while a container uses it, naming the container', async () => {
    const container = await suite.api.containers.create({ image: suite.image('busybox'), name: 'user-of-busybox' });
    const failure = await expectFailure(suite.api.images.remove(suite.image('busybox')), 'image_in_use');
    expect(failure.body.message).toContain('user-of-busybox');
    await suite.api.containers.remove(container.id);
  });

  it('takes it off the list, and the layers that others share stay usable', async () => {
    const removed = await suite.api.images.remove(suite.image('nginx'));
    expect(removed.untagged).toContain(suite.image('nginx'));
    expect(removed.deleted.length).toBeGreaterThan(0);
    await expectFailure(suite.api.images.inspect(suite.image('nginx')), 'image_not_found');
    const { result } = await suite.api.run({ image: suite.image('redis'), entrypoint: ['redis-server', '--version'], command: [] });
    expect(result.exitCode).toBe(0);
  });

  it('allows it to be pulled again', async () => {
    expect((await suite.api.images.pull({ reference: suite.image('nginx') })).at(-1)?.type).toBe('done');
  });

  it('of one that is not there is not found', async () => {
    await expectFailure(suite.api.images.remove('nothing-of-the-kind:9'), 'image_not_found');
  });
});
