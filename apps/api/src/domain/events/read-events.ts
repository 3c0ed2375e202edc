import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { RecordedEvent } from './events.js';
import { EventLog, type EventQuery } from './events.ports.js';

/** What may wait for a follower who does not read; then it goes back to the record for what it missed. */
const MOST_WAITING = 1000;

@Injectable()
export class ReadEvents {
  constructor(private readonly events: EventLog) {}

  /** What is recorded, oldest first, at most `limit`; with `follow` all that comes after it, without a gap, until `signal` fires. */
  async *execute(principal: Principal, query: EventQuery, follow: boolean, signal: AbortSignal): AsyncGenerator<RecordedEvent> {
    const tenant = principal.tenant.id;
    const inbox = new Inbox();
    // Before reading, so that nothing falls between the record and the live events.
    const stop = follow ? this.events.subscribe(tenant, (event) => inbox.put(event)) : () => {};
    signal.addEventListener('abort', () => inbox.wake(), { once: true });
    try {
      let last = query.after ?? 0;
      const recorded = async (wanted: EventQuery) => {
        const page = await this.events.read(tenant, wanted);
        // There may be more behind a full page than what happens from now on.
        if (page.length === wanted.limit) inbox.lose();
        return page;
      };
      for (const event of await recorded(query)) {
        last = event.sequence;
        yield event;
      }
      while (follow && !signal.aborted) {
        const next = inbox.overflowed() ? await recorded({ after: last, limit: MOST_WAITING }) : await inbox.take();
        for (const event of next) {
          if (event.sequence <= last) continue;
          last = event.sequence;
          yield event;
        }
      }
    } finally {
      stop();
    }
  }
}

/** A bounded queue between listeners, which must not wait, and one reader. */
class Inbox {
  private waiting: RecordedEvent[] = [];
  private lost = false;
  private ring: (() => void) | undefined;

  put(event: RecordedEvent): void {
    if (this.waiting.length < MOST_WAITING) this.waiting.push(event);
    else this.lose();
    this.wake();
  }

  /** What comes next is in the record. */
  lose(): void {
    this.lost = true;
  }

  wake(): void {
    this.ring?.();
  }

  /** True once after something was lost: what still waits is recorded as well, so it goes too. */
  overflowed(): boolean {
    const { lost } = this;
    this.lost = false;
    if (lost) this.waiting = [];
    return lost;
  }

  /** Everything that waits; waits itself while that is nothing, until woken. */
  async take(): Promise<RecordedEvent[]> {
    if (this.waiting.length === 0 && !this.lost) {
      await new Promise<void>((resolve) => {
        this.ring = resolve;
      });
      this.ring = undefined;
    }
    return this.waiting.splice(0);
  }
}
