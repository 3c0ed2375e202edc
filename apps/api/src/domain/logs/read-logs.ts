import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { Container } from '../containers/container.js';
import { ContainerRegistry } from '../containers/container-registry.js';
import { ExitWaiters } from '../containers/exit-waiters.js';
import { parseInstant } from './instant.js';
import { type LineSearch, matching } from './line-search.js';
import { type LogBlock, type LogEntry, type LogRange, LogReader } from './logs.ports.js';

export interface LogQuery {
  readonly tail?: number;
  /** As `parseInstant` reads them. */
  readonly since?: string;
  readonly until?: string;
  /** Until the container ends for good: restarts by its policy are waited for. */
  readonly follow: boolean;
  /** Of the lines that the rest of the query chooses, only those in which this is found. */
  readonly search?: LineSearch;
}

/** The container does not run, and everything it wrote was delivered. */
interface LogEnd {
  readonly type: 'end';
  readonly exitCode: number | null;
  readonly finishedAt: Date | null;
}

export type LogItem = LogEntry | LogEnd;

export type LogPiece = LogItem | LogBlock;

@Injectable()
export class ReadLogs {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly waiters: ExitWaiters,
    private readonly reader: LogReader,
  ) {}

  /** Checks everything before the first item. `signal`: the reader has gone. Items come as many at a time as are at hand. */
  execute(principal: Principal, reference: string, query: LogQuery, signal: AbortSignal): AsyncIterable<readonly LogItem[]> {
    return this.begin(principal, reference, { query, signal }, (id, range, follow) => {
      const entries = this.reader.read(id, range, follow);
      return query.search ? matching(entries, query.search) : entries;
    });
  }

  /** As `execute`, with lines that were written together in one piece where the query wants all of them. */
  executeInBlocks(principal: Principal, reference: string, query: LogQuery, signal: AbortSignal): AsyncIterable<readonly LogPiece[]> {
    if (query.search !== undefined || query.tail !== undefined) return this.execute(principal, reference, query, signal);
    return this.begin(principal, reference, { query, signal }, (id, range, follow) => this.reader.readBlocks(id, range, follow));
  }

  private begin<T>(
    principal: Principal,
    reference: string,
    { query, signal }: { readonly query: LogQuery; readonly signal: AbortSignal },
    read: (id: string, range: LogRange, follow?: AbortSignal) => AsyncIterable<readonly T[]>,
  ): AsyncIterable<readonly (T | LogEnd)[]> {
    const container = this.registry.find(principal.tenant.id, reference);
    const range = rangeOf(query);
    const ended = query.follow && !isOver(container) ? this.endOf(container.id, signal) : undefined;
    return this.items(container, read(container.id, range, ended), signal);
  }

  private async *items<T>(
    container: Container,
    batches: AsyncIterable<readonly T[]>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly (T | LogEnd)[]> {
    for await (const entries of batches) {
      if (signal.aborted) return;
      yield entries;
    }
    const now = this.registry.get(container.id);
    if (signal.aborted || (now && !isOver(now))) return;
    yield [{ type: 'end', exitCode: now?.run.exitCode ?? null, finishedAt: now?.run.finishedAt ?? null }];
  }

  /** Fires when the container has ended for good, was removed, or nobody listens any more. */
  private endOf(containerId: string, signal: AbortSignal): AbortSignal {
    const end = new AbortController();
    const wait = async () => {
      for (;;) {
        const left = await this.waiters.next(containerId, signal);
        if (!left || isOver(left)) return;
      }
    };
    wait()
      .catch(() => undefined)
      .finally(() => end.abort());
    return end.signal;
  }
}

/** A container that was never started may still be: a follower waits for it. */
function isOver({ state }: Container): boolean {
  return state === 'exited' || state === 'removing';
}

function rangeOf({ tail, since, until }: LogQuery): LogRange {
  const now = new Date();
  return {
    ...(tail !== undefined && { tail }),
    ...(since !== undefined && { since: parseInstant(since, 'since', now) }),
    ...(until !== undefined && { until: parseInstant(until, 'until', now) }),
  };
}
