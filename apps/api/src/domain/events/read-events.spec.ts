import { describe, expect, it } from 'vitest';
import { principalOf } from '../../testing/container-house.js';
import type { EventDraft, RecordedEvent } from './events.js';
import { EventLog, type EventQuery } from './events.ports.js';
import { ReadEvents } from './read-events.js';

/** A record with listeners, in memory. */
class ListedEvents extends EventLog {
  private readonly recorded: RecordedEvent[] = [];
  private readonly listeners = new Set<(event: RecordedEvent) => void>();

  happen(count: number): void {
    for (let made = 0; made < count; made++) void this.append(DRAFT);
  }

  override async append(draft: EventDraft): Promise<RecordedEvent> {
    const event = { ...draft, sequence: this.recorded.length + 1 };
    this.recorded.push(event);
    this.publish([event]);
    return event;
  }

  override publish(events: readonly RecordedEvent[]): void {
    for (const event of events) for (const listener of this.listeners) listener(event);
  }

  override async read(_tenantId: string, { after = 0, limit }: EventQuery): Promise<RecordedEvent[]> {
    return this.recorded.filter(({ sequence }) => sequence > after).slice(0, limit);
  }

  override subscribe(_tenantId: string, listener: (event: RecordedEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get followed(): boolean {
    return this.listeners.size > 0;
  }
}

const DRAFT: EventDraft = {
  tenantId: 'blue',
  time: new Date(0),
  action: 'container.start',
  subject: { type: 'container', id: 'c', name: 'web' },
  actor: 'ali',
  attributes: {},
};

function reading(events: ListedEvents, query: EventQuery, follow: boolean) {
  const gone = new AbortController();
  const iterator = new ReadEvents(events).execute(principalOf('blue'), query, follow, gone.signal);
  const take = async (count: number) => {
    const sequences: (number | undefined)[] = [];
    while (sequences.length < count) sequences.push((await iterator.next()).value?.sequence);
    return sequences;
  };
  return { gone, iterator, take };
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

describe('reading events', () => {
  it('ends after so many as were asked for', async () => {
    const events = new ListedEvents();
    events.happen(5);
    const { iterator } = reading(events, { after: 1, limit: 3 }, false);
    const read: number[] = [];
    for await (const { sequence } of iterator) read.push(sequence);
    expect(read).toEqual([2, 3, 4]);
  });

  it('goes on from the record to what happens, leaving out nothing of a record longer than the limit', async () => {
    const events = new ListedEvents();
    events.happen(25);
    const { take } = reading(events, { limit: 10 }, true);
    expect(await take(25)).toEqual(upTo(25));
    events.happen(2);
    expect(await take(2)).toEqual([26, 27]);
  });

  it('goes back to the record for a follower who fell far behind', async () => {
    const events = new ListedEvents();
    events.happen(1);
    const { take } = reading(events, { limit: 10 }, true);
    expect(await take(1)).toEqual([1]);
    events.happen(3_500);
    expect(await take(3_500)).toEqual(upTo(3_501, 2));
    events.happen(1);
    expect(await take(1)).toEqual([3_502]);
  });

  it('ends when its reader has gone, and listens no more', async () => {
    const events = new ListedEvents();
    const { iterator, gone } = reading(events, { limit: 10 }, true);
    const next = iterator.next();
    gone.abort();
    expect((await next).done).toBe(true);
    expect(events.followed).toBe(false);
  });
});
