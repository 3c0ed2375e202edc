import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventDraft, RecordedEvent } from '../../domain/events/events.js';
import type { Image } from '../../domain/images/images.js';
import { containerRecord } from '../../testing/container-record.js';
import { DATABASES, type TestDatabase } from '../../testing/test-database.js';
import { Database } from './database.js';
import { PrismaContainerStore } from './prisma-container-store.js';
import { PrismaEventLog } from './prisma-event-log.js';
import { PrismaImageStore } from './prisma-image-store.js';

const ID = (digit: string) => digit.repeat(64);
const DIGEST = (digit: string) => `sha256:${ID(digit)}`;

function draft(changes: Partial<EventDraft> = {}): EventDraft {
  return {
    tenantId: 'default',
    time: new Date('2026-11-21T08:00:00.123Z'),
    action: 'container.create',
    subject: { type: 'container', id: ID('a'), name: 'box' },
    actor: 'admin',
    attributes: { image: 'busybox' },
    ...changes,
  };
}

function image(changes: Partial<Image> = {}): Image {
  return {
    id: DIGEST('1'),
    tenantId: 'default',
    references: ['docker.io/library/busybox:latest'],
    repoDigests: [`docker.io/library/busybox@${DIGEST('9')}`],
    architecture: 'amd64',
    os: 'linux',
    createdAt: null,
    pulledAt: new Date('2026-11-21T08:00:00Z'),
    config: {
      user: '',
      env: ['A=1'],
      entrypoint: [],
      cmd: ['sh'],
      workingDir: '/',
      exposedPorts: [],
      volumes: [],
      labels: { a: 'b' },
      stopSignal: null,
      healthcheck: null,
    },
    layers: [{ diffId: DIGEST('2'), blobDigest: null, compressedBytes: null, sizeBytes: 5_000_000_000, createdBy: null }],
    ...changes,
  };
}

describe.each(DATABASES)('the store on %s', (_, make) => {
  let where: TestDatabase;
  let database: Database;
  let events: PrismaEventLog;
  let containers: PrismaContainerStore;
  let images: PrismaImageStore;

  const open = async () => {
    database = await Database.open(where.url);
    events = new PrismaEventLog(database);
    containers = new PrismaContainerStore(database);
    images = new PrismaImageStore(database);
  };
  const reopen = async () => {
    await database.close();
    await open();
  };
  const past = () => events.read('default', { limit: 100 });

  beforeEach(async () => {
    where = await make();
    await open();
  });
  afterEach(async () => {
    await database.close();
    await where.remove();
  });

  it('gives a container back as it was, with what became of its run', async () => {
    const container = containerRecord({
      lease: {
        ipv4: '10.0.0.2',
        ipv4Prefix: 24,
        gatewayIpv4: '10.0.0.1',
        ipv6: null,
        ipv6Prefix: 64,
        gatewayIpv6: null,
        mac: '02:00:00:00:00:01',
        hostInterface: 'kv1',
        bridge: 'kb1',
      },
      config: { labels: { 'a\n"b': 'ü' }, resources: { cpus: 1.5, memorySwapBytes: -1 } },
    });
    await containers.insert(container, draft());
    const running = {
      ...container,
      state: 'exited' as const,
      wanted: true,
      restartCount: 3,
      ports: [{ hostAddress: '::', hostPort: 80, containerPort: 8080, protocol: 'tcp' as const }],
      run: {
        pid: null,
        startedAt: new Date('2026-11-21T08:00:01.005Z'),
        finishedAt: new Date(),
        exitCode: 137,
        oomKilled: true,
        error: null,
      },
    };
    await containers.update(running, [draft({ action: 'container.oom' }), draft({ action: 'container.exit' })]);
    await reopen();
    expect(await containers.all()).toEqual([running]);
    expect((await past()).map(({ action }) => action)).toEqual(['container.create', 'container.oom', 'container.exit']);
  });

  it('forgets a removed container and keeps its events', async () => {
    await containers.insert(containerRecord(), draft());
    await containers.remove(containerRecord(), draft({ action: 'container.remove' }));
    expect(await containers.all()).toEqual([]);
    expect(await past()).toHaveLength(2);
  });

  it('refuses a name that the tenant has already, with no trace of the attempt', async () => {
    await containers.insert(containerRecord(), draft());
    const second = containerRecord({ id: ID('b'), uidBase: 0x7001_0000 });
    await expect(containers.insert(second, draft())).rejects.toMatchObject({ code: 'container_name_taken', details: { name: 'box' } });
    expect(await past()).toHaveLength(1);
    await containers.insert({ ...second, tenantId: 'other' }, draft({ tenantId: 'other' }));
    expect(await containers.all()).toHaveLength(2);
  });

  it('keeps two containers that share host ids, since one may live in the user namespace of the other', async () => {
    await containers.insert(containerRecord(), draft());
    await containers.insert(containerRecord({ id: ID('b'), name: 'other' }), draft());
    expect((await containers.all()).map(({ uidBase }) => uidBase)).toEqual([0x7000_0000, 0x7000_0000]);
  });

  it('tells listeners of an event after its change is stored, in the order of the sequences', async () => {
    const heard: RecordedEvent[] = [];
    const all = Promise.withResolvers<void>();
    events.subscribe('default', (event) => {
      if (heard.push(event) === 20) all.resolve();
    });
    await Promise.all(Array.from({ length: 20 }, () => events.append(draft())));
    await all.promise;
    const sequences = heard.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(heard).toEqual(await past());
  });

  it('goes on counting after a restart', async () => {
    const before = await events.append(draft());
    await reopen();
    const after = await events.append(draft());
    expect(after.sequence).toBeGreaterThan(before.sequence);
    expect(await events.read('default', { after: before.sequence, limit: 10 })).toEqual([after]);
  });

  it('reads the past from an instant on, at most so many', async () => {
    for (const second of [1, 2, 3]) await events.append(draft({ time: new Date(`2026-11-21T08:00:0${second}Z`) }));
    const read = await events.read('default', { since: new Date('2026-11-21T08:00:02Z'), limit: 1 });
    expect(read.map(({ time }) => time.toISOString())).toEqual(['2026-11-21T08:00:02.000Z']);
  });

  it('keeps the events of two tenants apart, read and heard', async () => {
    const heard: string[] = [];
    events.subscribe('default', ({ tenantId }) => heard.push(tenantId));
    const told = new Promise<void>((resolve) => events.subscribe('other', () => resolve()));
    await events.append(draft());
    await events.append(draft({ tenantId: 'other' }));
    await told;
    expect(heard).toEqual(['default']);
    expect((await events.read('other', { limit: 10 })).map(({ tenantId }) => tenantId)).toEqual(['other']);
  });

  it('tells nothing more to a listener that has left', async () => {
    const heard: RecordedEvent[] = [];
    events.subscribe('default', (event) => heard.push(event))();
    const told = new Promise<void>((resolve) => events.subscribe('default', () => resolve()));
    await events.append(draft());
    await told;
    expect(heard).toEqual([]);
  });

  it('keeps the names of an image that is pulled by another one', async () => {
    await images.save(image(), draft({ action: 'image.pull' }));
    const now = await images.save(image({ references: ['docker.io/library/busybox:1'], repoDigests: [] }), draft({ action: 'image.pull' }));
    expect(now.references).toEqual(['docker.io/library/busybox:1', 'docker.io/library/busybox:latest']);
    expect(now.repoDigests).toHaveLength(1);
    expect(await images.all()).toEqual([now]);
  });

  it('moves a name to the newer image; the older one stays without a name', async () => {
    await images.save(image(), draft({ action: 'image.pull' }));
    await images.save(image({ id: DIGEST('3') }), draft({ action: 'image.pull' }));
    const references = Object.fromEntries((await images.all()).map(({ id, references }) => [id, references]));
    expect(references).toEqual({ [DIGEST('1')]: [], [DIGEST('3')]: ['docker.io/library/busybox:latest'] });
  });

  it('keeps the same image of two tenants apart', async () => {
    await images.save(image(), draft());
    await images.save(image({ tenantId: 'other' }), draft({ tenantId: 'other' }));
    await images.remove('other', DIGEST('1'), draft({ tenantId: 'other', action: 'image.remove' }));
    expect(await images.all()).toEqual([image()]);
    await images.untag('default', 'docker.io/library/busybox:latest', draft({ action: 'image.untag' }));
    expect(await images.all()).toEqual([image({ references: [] })]);
  });
});
