import { Injectable } from '@nestjs/common';

interface Seen {
  /** Names the run. */
  readonly startedAt: number;
  most: number;
}

/** The most processes that were seen of a run, once a second: for kernels that keep no such figure (before 6.6). */
@Injectable()
export class SeenProcesses {
  private readonly seen = new Map<string, Seen>();

  note(containerId: string, startedAt: number, count: number): void {
    const known = this.seen.get(containerId);
    if (known?.startedAt === startedAt) known.most = Math.max(known.most, count);
    else this.seen.set(containerId, { startedAt, most: count });
  }

  /** Null where that run was never looked at: it was too short. */
  most(containerId: string, startedAt: Date): number | null {
    const known = this.seen.get(containerId);
    return known?.startedAt === startedAt.getTime() ? known.most : null;
  }

  forget(containerId: string): void {
    this.seen.delete(containerId);
  }
}
