import { describe, expect, it } from 'vitest';
import { containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { type LogRange, LogReader, type LogRecord } from './logs.ports.js';
import { type LogItem, ReadLogs } from './read-logs.js';

const blue = principalOf('blue');
const record = (text: string): LogRecord => ({ type: 'line', stream: 'stdout', nanoseconds: 1n, text: Buffer.from(text), partial: false });

/** A log of one line before, and one that is written by the time the follower is told of the end. */
class TwoLines extends LogReader {
  readonly ranges: LogRange[] = [];

  override async *read(_id: string, range: LogRange, follow?: AbortSignal): AsyncGenerator<LogRecord[]> {
    this.ranges.push(range);
    yield [record('before')];
    if (!follow) return;
    if (!follow.aborted) await new Promise((resolve) => follow.addEventListener('abort', resolve, { once: true }));
    yield [record('last')];
  }
}

function build() {
  const house = containerHouse();
  const reader = new TwoLines();
  return { ...house, reader, logs: new ReadLogs(house.registry, house.waiters, reader) };
}
const stays = new AbortController().signal;
const follow = { follow: true };
async function* flat(batches: AsyncIterable<readonly LogItem[]>): AsyncGenerator<LogItem, undefined> {
  for await (const items of batches) yield* items;
  return undefined;
}
async function collect(batches: AsyncIterable<readonly LogItem[]>) {
  const all = [];
  for await (const item of flat(batches)) all.push(item);
  return all;
}
const text = (item: LogItem | undefined) => (item?.type === 'line' ? Buffer.from(item.text).toString() : item);

describe('reading a log', () => {
  it('ends with how the container ended', async () => {
    const { logs, create, runtime } = build();
    const { id } = await create.execute(blue, createRequest({ name: 'web', start: true }));
    const items = flat(logs.execute(blue, 'web', follow, stays));
    expect((await items.next()).value).toMatchObject({ type: 'line' });
    const last = items.next();
    runtime.exit(id, 3);
    expect(text((await last).value)).toBe('last');
    expect((await items.next()).value).toMatchObject({ type: 'end', exitCode: 3, finishedAt: expect.any(Date) });
    expect((await items.next()).done).toBe(true);
  });

  it('without following gives what is there, and no end while the container runs', async () => {
    const { logs, create } = build();
    await create.execute(blue, createRequest({ name: 'web', start: true }));
    const items = await collect(logs.execute(blue, 'web', { follow: false }, stays));
    expect(items.map(text)).toEqual(['before']);
  });

  it('stops when its reader goes', async () => {
    const { logs, create } = build();
    await create.execute(blue, createRequest({ name: 'web', start: true }));
    const reader = new AbortController();
    const items = flat(logs.execute(blue, 'web', follow, reader.signal));
    await items.next();
    const next = items.next();
    reader.abort();
    expect((await next).done).toBe(true);
  });

  it('ends for a follower when the container is removed', async () => {
    const { logs, create, remove } = build();
    await create.execute(blue, createRequest({ name: 'web' }));
    const items = collect(logs.execute(blue, 'web', follow, stays));
    await remove.execute(blue, 'web', false);
    expect((await items).at(-1)).toEqual({ type: 'end', exitCode: null, finishedAt: null });
  });

  it('asks for the range as nanoseconds, and refuses what is no instant before the first line', async () => {
    const { logs, create, reader } = build();
    await create.execute(blue, createRequest({ name: 'web' }));
    const query = { tail: 5, since: '1763700000.5', until: '2026-11-21T08:00:00Z', follow: false };
    await collect(logs.execute(blue, 'web', query, stays));
    expect(reader.ranges).toEqual([{ tail: 5, since: 1_763_700_000_500_000_000n, until: BigInt(Date.UTC(2026, 10, 21, 8)) * 1_000_000n }]);
    expect(() => logs.execute(blue, 'web', { since: 'soon', follow: false }, stays)).toThrow(/since/);
  });

  it('does not know the container of another tenant', async () => {
    const { logs, create } = build();
    await create.execute(blue, createRequest({ name: 'web' }));
    expect(() => logs.execute(principalOf('red'), 'web', follow, stays)).toThrow(expect.objectContaining({ code: 'container_not_found' }));
  });
});
