import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Container } from '../containers/container.js';
import { ContainerRegistry } from '../containers/container-registry.js';
import { SeenProcesses } from '../containers/deaths/seen-processes.js';
import { Faults } from '../faults.js';
import { Archiver } from './archiver.js';
import type { Sample } from './metrics.js';
import { MetricsSource } from './metrics.ports.js';
import { SampleHistory } from './sample-history.js';

const INTERVAL_MS = 1000;

/** Container ids of one tenant and their newest samples. */
export type SampleListener = (samples: ReadonlyMap<string, Sample>) => void;

/** Looks at all running containers once a second, in one call, and keeps ten minutes of what it saw of each run. */
@Injectable()
export class Sampler implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly histories = new Map<string, { history: SampleHistory; startedAt: number; tenantId: string }>();
  private readonly listeners = new Map<SampleListener, string>();
  private timer: NodeJS.Timeout | undefined;
  private sampling: Promise<void> | undefined;

  constructor(
    private readonly registry: ContainerRegistry,
    private readonly source: MetricsSource,
    private readonly archiver: Archiver,
    private readonly seen: SeenProcesses,
    private readonly faults: Faults,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.tick(), INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sampling;
    await this.archiver.settled();
  }

  /** Samples of the container's present or last run, oldest first. */
  history(containerId: string): Sample[] {
    return this.histories.get(containerId)?.history.all() ?? [];
  }

  newest(containerId: string): Sample | undefined {
    return this.histories.get(containerId)?.history.newest();
  }

  /** Called after each look with what concerns the tenant; must not throw and not wait. Returns the way to stop. */
  subscribe(tenantId: string, listener: SampleListener): () => void {
    this.listeners.set(listener, tenantId);
    return () => this.listeners.delete(listener);
  }

  /** A look that is not over when the next is due is not doubled. */
  private tick(): void {
    this.sampling ??= this.sample()
      .catch((error: unknown) => this.faults.report('read the metrics of containers', error))
      .finally(() => {
        this.sampling = undefined;
      });
  }

  private async sample(): Promise<void> {
    this.follow(this.registry.all());
    const time = new Date();
    const samples = new Map<string, Sample>();
    for (const [id, raw] of this.histories.size > 0 ? await this.source.read() : []) {
      const followed = this.histories.get(id);
      if (!followed) continue;
      samples.set(id, followed.history.add(raw, time));
      this.seen.note(id, followed.startedAt, raw.pids);
    }
    this.archiver.take(samples, time);
    this.tell(samples);
  }

  /** Begins with containers that run, starts anew with those that run again, and forgets those that are gone. */
  private follow(containers: readonly Container[]): void {
    const known = new Set(containers.map(({ id }) => id));
    for (const id of this.histories.keys()) if (!known.has(id)) this.forget(id);
    for (const container of containers) {
      const startedAt = container.run.startedAt?.getTime();
      const running = container.run.pid !== null && startedAt !== undefined;
      const followed = this.histories.get(container.id);
      if (!running) this.source.remove(container.id);
      else if (followed?.startedAt !== startedAt) this.begin(container, startedAt);
    }
  }

  private begin(container: Container, startedAt: number): void {
    this.source.remove(container.id);
    this.source.add(container);
    this.histories.set(container.id, { history: new SampleHistory(), startedAt, tenantId: container.tenantId });
  }

  private forget(containerId: string): void {
    this.source.remove(containerId);
    this.histories.delete(containerId);
    this.seen.forget(containerId);
  }

  private tell(samples: ReadonlyMap<string, Sample>): void {
    for (const [listener, tenantId] of this.listeners) {
      listener(new Map([...samples].filter(([id]) => this.histories.get(id)?.tenantId === tenantId)));
    }
  }
}
