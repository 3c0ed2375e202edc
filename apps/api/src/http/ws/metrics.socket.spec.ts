import { WS_ROUTES } from '@keelson/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Container } from '../../domain/containers/container.js';
import { Archiver } from '../../domain/metrics/archiver.js';
import type { RawSample } from '../../domain/metrics/metrics.js';
import { MetricsSource } from '../../domain/metrics/metrics.ports.js';
import { Sampler } from '../../domain/metrics/sampler.js';
import { WatchMetrics } from '../../domain/metrics/watch-metrics.js';
import { containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { MemoryArchive } from '../../testing/memory-archive.js';
import { rawSample } from '../../testing/raw-sample.js';
import { type SocketDoor, socketDoor } from '../../testing/socket-door.js';
import { MetricsSocket } from './metrics.socket.js';

class Steady extends MetricsSource {
  private readonly ids = new Set<string>();

  override add({ id }: Container): void {
    this.ids.add(id);
  }

  override remove(containerId: string): void {
    this.ids.delete(containerId);
  }

  override async read(): Promise<Map<string, RawSample>> {
    return new Map([...this.ids].map((id) => [id, rawSample({ cpuUsageNs: 1 })]));
  }
}

let door: SocketDoor;
let sampler: Sampler;
let web: string;
let db: string;
beforeEach(async () => {
  const house = containerHouse();
  const blue = principalOf('blue');
  web = (await house.create.execute(blue, createRequest({ name: 'web', start: true }))).id;
  db = (await house.create.execute(blue, createRequest({ name: 'db', start: true }))).id;
  sampler = new Sampler(house.registry, new Steady(), new Archiver(new MemoryArchive(), house.faults), house.seen, house.faults);
  sampler.onApplicationBootstrap();
  door = await socketDoor();
  new MetricsSocket(door.router, new WatchMetrics(house.registry, sampler)).onModuleInit();
});
afterEach(async () => {
  await sampler.onApplicationShutdown();
  await door.close();
});

describe('metrics by WebSocket', () => {
  it('tell of all subscribed containers in one message a second, until another subscription takes its place', async () => {
    const client = await door.connect(WS_ROUTES.metrics);
    client.say({ type: 'subscribe', containers: 'all' });
    const { samples } = (await client.next()) as { samples: Record<string, Record<string, unknown>> };
    expect(Object.keys(samples).sort()).toEqual([web, db].sort());
    expect(samples[web]).toMatchObject({ memoryBytes: 10, memoryWorkingSetBytes: 6, memoryLimitBytes: null, cpuCores: null });
    expect(samples[web]).not.toHaveProperty('memoryInactiveFileBytes');
    client.say({ type: 'subscribe', containers: [db], history: true });
    expect(await client.next()).toMatchObject({ type: 'history', container: db, samples: [{ memoryBytes: 10 }] });
    expect(Object.keys(((await client.next()) as { samples: object }).samples)).toEqual([db]);
  });

  it('send only the past of the newest subscription to a client that does not read', async () => {
    const client = await door.connect(WS_ROUTES.metrics);
    client.say({ type: 'subscribe', containers: [web] });
    await client.next();
    const [sample] = sampler.history(web);
    // Ten minutes, some 200 KB of JSON.
    const history = vi.spyOn(sampler, 'history').mockReturnValue(Array(600).fill(sample));
    const subscribe = vi.spyOn(sampler, 'subscribe');
    client.socket.pause();
    for (let count = 0; count < 400; count++) client.say({ type: 'subscribe', containers: [web], history: true });
    await vi.waitFor(() => expect(subscribe).toHaveBeenCalledTimes(400));
    expect(history.mock.calls.length).toBeLessThan(100);
    client.socket.resume();
    client.say({ type: 'subscribe', containers: [db], history: true });
    for (let message = await client.next(); message['container' as never] !== db; ) message = await client.next();
  });

  it('keep the subscription there was when a new one is wrong', async () => {
    const client = await door.connect(WS_ROUTES.metrics);
    client.say({ type: 'subscribe', containers: [web] });
    await client.next();
    client.say({ type: 'subscribe', containers: ['f'.repeat(64)] });
    expect(await client.next()).toMatchObject({ type: 'error', code: 'container_not_found' });
    client.socket.send('hello');
    expect(await client.next()).toMatchObject({ type: 'error', code: 'invalid_input' });
    expect(await client.next()).toMatchObject({ type: 'samples', samples: { [web]: {} } });
  });
});
