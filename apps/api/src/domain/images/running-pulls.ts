import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import { PullFeed, type PullUpdate } from './pull-feed.js';

const MAX_PULLS_PER_TENANT = 16;

export type PullWork = (feed: PullFeed, signal: AbortSignal) => Promise<void>;

interface RunningPull {
  readonly tenantId: string;
  readonly feed: PullFeed;
  readonly abort: AbortController;
}

/** Pulls under way. The same pull asked for twice is done once; it is given up when the last of its readers has left. */
@Injectable()
export class RunningPulls {
  private readonly byKey = new Map<string, RunningPull>();
  private readonly unfinished = new Set<Promise<void>>();

  /** Follows the pull of that key, which `work` does if nobody does it yet. Throws `too_many_requests`. */
  join(tenantId: string, key: string, work: PullWork): AsyncGenerator<PullUpdate> {
    const place = `${tenantId} ${key}`;
    const pull = this.byKey.get(place) ?? this.begin(tenantId, place, work);
    return pull.feed.follow(() => {
      if (pull.feed.readerCount === 0) this.giveUp(place, pull);
    });
  }

  /** Ends all of them and waits until they have let go of everything. */
  async close(): Promise<void> {
    for (const [place, pull] of this.byKey) this.giveUp(place, pull);
    await Promise.all(this.unfinished);
  }

  private begin(tenantId: string, place: string, work: PullWork): RunningPull {
    const running = [...this.byKey.values()].filter((pull) => pull.tenantId === tenantId).length;
    if (running >= MAX_PULLS_PER_TENANT) {
      throw new DomainError('too_many_requests', `${running} pulls are under way; wait for one of them`, { limit: MAX_PULLS_PER_TENANT });
    }
    const pull: RunningPull = { tenantId, feed: new PullFeed(), abort: new AbortController() };
    this.byKey.set(place, pull);
    const ended = work(pull.feed, pull.abort.signal)
      .catch((error: unknown) => pull.feed.fail(error))
      .finally(() => {
        this.forget(place, pull);
        this.unfinished.delete(ended);
      });
    this.unfinished.add(ended);
    return pull;
  }

  /** A later request for the same begins anew, although this one still has to let go of its files. */
  private giveUp(place: string, pull: RunningPull): void {
    this.forget(place, pull);
    pull.abort.abort(new DomainError('not_ready', 'the pull was given up'));
  }

  private forget(place: string, pull: RunningPull): void {
    if (this.byKey.get(place) === pull) this.byKey.delete(place);
  }
}
