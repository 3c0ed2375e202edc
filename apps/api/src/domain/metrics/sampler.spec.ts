import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { MemoryArchive } from '../../testing/memory-archive.js';
import { rawSample } from '../../testing/raw-sample.js';
import type { Container } from '../containers/container.js';
import { Archiver } from './archiver.js';
import { GetStats } from './get-stats.js';
import { GetStatsHistory } from './get-stats-history.js';
import type { RawSample } from './metrics.js';
import { MetricsSource } from './metrics.ports.js';
import { Sampler } from './sampler.js';
import { WatchMetrics } from './watch-metrics.js';

const [blue, red] = [principalOf('blue'), principalOf('red')];

/** Every container uses half a core. */
class HalfACore extends MetricsSource {
  readonly watched = new Map<string, number>();
  reads = 0;
  fails = false;

  override add({ id }: Container): void {
    this.watched.set(id, 0);
  }

  override remove(containerId: string): void {
    this.watched.delete(containerId);
  }

  override async read(): Promise<Map<string, RawSample>> {
    this.reads++;
    if (this.fails) throw new Error('no such file');
    for (const [id, used] of this.watched) this.watched.set(id, used + 0.5e9);
    return new Map([...this.watched].map(([id, cpuUsageNs]) => [id, rawSample({ cpuUsageNs })]));
  }
}

function build() {
  const house = containerHouse();
  const source = new HalfACore();
  const archive = new MemoryArchive();
  const sampler = new Sampler(house.registry, source, new Archiver(archive, house.faults), house.seen, house.faults);
  sampler.onApplicationBootstrap();
  const history = new GetStatsHistory(house.registry, sampler, archive);
  return {
    ...house,
    source,
    sampler,
    history,
    stats: new GetStats(house.registry, sampler),
    watch: new WatchMetrics(house.registry, sampler),
  };
}
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the sampler', () => {
  it('looks at running containers once a second', async () => {
    const { create, stats, sampler, source } = build();
    await create.execute(blue, createRequest({ name: 'web', start: true }));
    await create.execute(blue, createRequest({ name: 'idle' }));
    await seconds(3);
    const { current, history } = stats.execute(blue, 'web');
    expect(history.map(({ cpuCores }) => cpuCores)).toEqual([null, 0.5, 0.5]);
    expect(current).toEqual(history.at(-1));
    expect(stats.execute(blue, 'idle')).toEqual({ current: null, history: [] });
    expect(source.watched.size).toBe(1);
    await sampler.onApplicationShutdown();
    await seconds(5);
    expect(source.reads).toBe(3);
  });

  it('reads nothing while nothing runs', async () => {
    const { create, source } = build();
    await create.execute(blue, createRequest({ name: 'idle' }));
    await seconds(5);
    expect(source.reads).toBe(0);
  });

  it('keeps the history of a run after its end, starts anew with the next and forgets a removed container', async () => {
    const { create, start, remove, runtime, stats, sampler, source } = build();
    const { id } = await create.execute(blue, createRequest({ name: 'web', start: true }));
    await seconds(2);
    runtime.exit(id, 0);
    await seconds(2);
    expect(stats.execute(blue, 'web')).toMatchObject({ current: null, history: { length: 2 } });
    expect(source.watched.size).toBe(0);
    await start.execute(blue, 'web');
    await seconds(1);
    expect(stats.execute(blue, 'web').history).toMatchObject([{ cpuCores: null }]);
    await remove.execute(blue, 'web', true);
    await seconds(1);
    expect([sampler.history(id), source.watched.size]).toEqual([[], 0]);
  });

  it('goes on after a look that failed', async () => {
    const { create, stats, source, faults } = build();
    await create.execute(blue, createRequest({ name: 'web', start: true }));
    source.fails = true;
    await seconds(1);
    source.fails = false;
    await seconds(1);
    expect(stats.execute(blue, 'web').history).toHaveLength(1);
    expect(faults.told).toHaveLength(1);
  });
});

describe('history', () => {
  it('is kept in steps of one, ten and sixty seconds; the finest that reaches back is given', async () => {
    const { create, history } = build();
    await create.execute(blue, createRequest({ name: 'web', start: true }));
    await seconds(180);
    expect(await history.execute(blue, 'web', {})).toMatchObject({ step: 1, samples: { length: 180 } });
    const hours = await history.execute(blue, 'web', { since: '2h' });
    expect(hours.step).toBe(10);
    expect([18, 19]).toContain(hours.samples.length);
    expect(hours.samples.at(-1)?.cpuCores).toBe(0.5);
    const days = await history.execute(blue, 'web', { since: '3d' });
    expect(days.step).toBe(60);
    expect([3, 4]).toContain(days.samples.length);
    expect((await history.execute(blue, 'web', { step: 10, since: '1m' })).samples.length).toBeLessThanOrEqual(7);
  });

  it('of another tenant’s container is not found', async () => {
    const { create, history } = build();
    await create.execute(blue, createRequest({ name: 'web', start: true }));
    await expect(history.execute(red, 'web', {})).rejects.toMatchObject({ code: 'container_not_found' });
  });
});

describe('watching metrics', () => {
  it('tells a tenant of its own containers only, and only of those it asked for', async () => {
    const { create, watch } = build();
    const { id: web } = await create.execute(blue, createRequest({ name: 'web', start: true }));
    const { id: db } = await create.execute(blue, createRequest({ name: 'db', start: true }));
    const { id: other } = await create.execute(red, createRequest({ name: 'web', start: true }));
    const [all, one, theirs] = [vi.fn(), vi.fn(), vi.fn()];
    watch.execute(blue, 'all', (samples) => all([...samples.keys()].sort()));
    const stop = watch.execute(blue, [db], (samples) => one([...samples.keys()]));
    watch.execute(red, 'all', (samples) => theirs([...samples.keys()]));
    await seconds(1);
    expect(all).toHaveBeenCalledWith([db, web].sort());
    expect(one).toHaveBeenCalledWith([db]);
    expect(theirs).toHaveBeenCalledWith([other]);
    stop();
    await seconds(1);
    expect([all.mock.calls.length, one.mock.calls.length]).toEqual([2, 1]);
    expect(watch.ids(blue, 'all').sort()).toEqual([db, web].sort());
    expect([watch.history(blue, web).length, watch.history(blue, other).length]).toEqual([2, 0]);
    expect(() => watch.execute(blue, [other], vi.fn())).toThrow(expect.objectContaining({ code: 'container_not_found' }));
  });
});
