import { imageDetail, imageSummary, type PullProgress, pullProgress, removeImageResult } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import type { Image } from '../../../domain/images/images.js';
import { ImageUsers } from '../../../domain/images/images.ports.js';
import type { PullUpdate } from '../../../domain/images/pull-feed.js';
import { referenceNames } from '../../../testing/reference-names.js';
import { ImageMapper } from './image.mapper.js';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

const nginx: Image = {
  id: digest('a'),
  tenantId: 'default',
  references: ['docker.io/library/nginx:1.25', 'registry:5000/team/web:2'],
  repoDigests: [`docker.io/library/nginx@${digest('b')}`],
  architecture: 'amd64',
  os: 'linux',
  createdAt: new Date('2026-01-01T00:00:00Z'),
  pulledAt: new Date('2026-01-02T00:00:00Z'),
  config: {
    user: '',
    env: ['A=1'],
    entrypoint: [],
    cmd: ['nginx'],
    workingDir: '/',
    exposedPorts: ['80/tcp'],
    volumes: [],
    labels: { a: 'b' },
    stopSignal: 'SIGQUIT',
    healthcheck: {
      command: ['true'],
      intervalSeconds: 30,
      timeoutSeconds: 30,
      retries: 3,
      startPeriodSeconds: 0,
      startIntervalSeconds: 5,
    },
  },
  layers: [
    { diffId: digest('c'), blobDigest: digest('d'), compressedBytes: 10, sizeBytes: 30, createdBy: 'a shell' },
    { diffId: digest('e'), blobDigest: null, compressedBytes: null, sizeBytes: 12, createdBy: null },
  ],
};

class OneUser extends ImageUsers {
  override namesUsing(tenantId: string): string[] {
    return tenantId === 'default' ? ['web'] : [];
  }
}

const mapper = new ImageMapper(referenceNames, new OneUser());

async function* told(updates: readonly PullUpdate[]): AsyncGenerator<PullUpdate> {
  yield* updates;
}

describe('an image on the wire', () => {
  it.each([
    ['pulled', nginx],
    ['without names or time', { ...nginx, references: [], repoDigests: [], createdAt: null }],
  ])('has exactly the form of the contract: %s', (_what, image) => {
    expect(imageDetail.strict().parse(mapper.toDetail(image))).toEqual(mapper.toDetail(image));
    expect(imageSummary.strict().parse(mapper.toSummary(image))).toEqual(mapper.toSummary(image));
  });

  it('has the names that people write, the size of all its layers and the count of its containers', () => {
    expect(mapper.toSummary(nginx)).toMatchObject({
      references: ['nginx:1.25', 'registry:5000/team/web:2'],
      repoDigests: [`nginx@${digest('b')}`],
      sizeBytes: 42,
      containers: 1,
    });
    expect(mapper.toSummary({ ...nginx, tenantId: 'other' }).containers).toBe(0);
  });
});

it('tells every step of a pull in the form of the contract', async () => {
  const updates: PullUpdate[] = [
    { type: 'resolved', reference: 'nginx:1.25', digest: digest('b'), layers: [{ digest: digest('d'), sizeBytes: 10 }] },
    { type: 'layer', digest: digest('d'), status: 'downloading', currentBytes: 4, totalBytes: 10 },
    { type: 'done', image: nginx },
  ];
  const lines: PullProgress[] = [];
  for await (const line of mapper.toProgress(told(updates))) lines.push(pullProgress.parse(line));
  expect(lines).toEqual([updates[0], updates[1], { type: 'done', image: mapper.toSummary(nginx) }]);
});

it('tells what a removal took away', () => {
  const result = mapper.toRemoveResult({ untagged: nginx.references, deleted: [nginx.id] });
  expect(removeImageResult.strict().parse(result)).toEqual({
    untagged: ['nginx:1.25', 'registry:5000/team/web:2'],
    deleted: [nginx.id],
  });
});
