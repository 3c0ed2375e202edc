import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';

const MAX_IMPORTS_PER_TENANT = 4;

/** Imports under way. Each lasts as long as its sender takes, so they are counted for each tenant and wait for nobody else's. */
@Injectable()
export class RunningImports {
  private readonly tenants = new Map<Promise<unknown>, string>();
  private readonly stopping = new AbortController();

  /** Throws `too_many_requests`. The work is told by its signal when the caller's fires or the server stops. */
  async run<T>(tenantId: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = [...this.tenants.values()].filter((id) => id === tenantId).length;
    if (running >= MAX_IMPORTS_PER_TENANT) {
      throw new DomainError('too_many_requests', `${running} imports are under way; wait for one of them`, {
        limit: MAX_IMPORTS_PER_TENANT,
      });
    }
    const ended = work(AbortSignal.any([signal, this.stopping.signal]));
    this.tenants.set(ended, tenantId);
    try {
      return await ended;
    } finally {
      this.tenants.delete(ended);
    }
  }

  /** Ends all of them and waits until they have let go of everything. */
  async close(): Promise<void> {
    this.stopping.abort(new DomainError('not_ready', 'the server stops; send the archive again when it is back'));
    await Promise.allSettled(this.tenants.keys());
  }
}
