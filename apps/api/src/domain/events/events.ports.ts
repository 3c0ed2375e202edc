import type { EventDraft, RecordedEvent } from './events.js';

/**
 * Append-only record of what happened. A store writes an event in the same transaction as the change it tells of and then
 * calls `publish`; events that tell of no stored change (an exec) go through `append`, which does both.
 */
export abstract class EventLog {
  abstract append(draft: EventDraft): Promise<RecordedEvent>;
  /** Tells the live listeners of events that are stored already, in their order. */
  abstract publish(events: readonly RecordedEvent[]): void;
  /** Oldest first, at most `limit`. */
  abstract read(tenantId: string, query: EventQuery): Promise<RecordedEvent[]>;
  /** Every event from now on; a listener must not throw and must not wait. Returns the way to stop. */
  abstract subscribe(tenantId: string, listener: (event: RecordedEvent) => void): () => void;
}

export interface EventQuery {
  /** Only events with a greater sequence. */
  readonly after?: number;
  readonly since?: Date;
  readonly limit: number;
}
