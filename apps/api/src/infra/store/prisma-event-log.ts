import { Injectable, Logger } from '@nestjs/common';
import type { EventDraft, RecordedEvent } from '../../domain/events/events.js';
import { EventLog, type EventQuery } from '../../domain/events/events.ports.js';
import { Database } from './database.js';
import { eventOf } from './event-row.js';

type Listener = (event: RecordedEvent) => void;

@Injectable()
export class PrismaEventLog extends EventLog {
  private readonly log = new Logger('events');
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(private readonly database: Database) {
    super();
    database.onWritten((events) => this.publish(events));
  }

  async append(draft: EventDraft): Promise<RecordedEvent> {
    const [event] = await this.database.write([draft], () => []);
    if (event === undefined) throw new Error('the database returned no event');
    return event;
  }

  publish(events: readonly RecordedEvent[]): void {
    for (const event of events) for (const listener of this.listeners.get(event.tenantId) ?? []) this.tell(listener, event);
  }

  async read(tenantId: string, { after, since, limit }: EventQuery): Promise<RecordedEvent[]> {
    const rows = await this.database.ask((client) =>
      client.event.findMany({
        where: {
          tenantId,
          ...(after !== undefined && { sequence: { gt: BigInt(after) } }),
          ...(since !== undefined && { time: { gte: since } }),
        },
        orderBy: { sequence: 'asc' },
        take: limit,
      }),
    );
    return rows.map(eventOf);
  }

  subscribe(tenantId: string, listener: Listener): () => void {
    const known = this.listeners.get(tenantId) ?? new Set();
    this.listeners.set(tenantId, known.add(listener));
    return () => {
      known.delete(listener);
      if (known.size === 0 && this.listeners.get(tenantId) === known) this.listeners.delete(tenantId);
    };
  }

  /** One listener's fault is not the others'. */
  private tell(listener: Listener, event: RecordedEvent): void {
    try {
      listener(event);
    } catch (error) {
      this.log.error(`a listener failed at event ${event.sequence}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
}
