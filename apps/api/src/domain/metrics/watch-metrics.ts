import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { ContainerRegistry } from '../containers/container-registry.js';
import type { Sample } from './metrics.js';
import { Sampler } from './sampler.js';

/** `all`: every running container of the tenant, also those that start later. */
export type WatchedContainers = 'all' | readonly string[];

@Injectable()
export class WatchMetrics {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly sampler: Sampler,
  ) {}

  /** Samples once a second from now on. Throws `container_not_found` before anything is begun. Returns the way to stop. */
  execute(principal: Principal, containers: WatchedContainers, listener: (samples: ReadonlyMap<string, Sample>) => void): () => void {
    const wanted = containers === 'all' ? undefined : new Set(containers.map((id) => this.registry.find(principal.tenant.id, id).id));
    return this.sampler.subscribe(principal.tenant.id, (samples) => {
      listener(wanted ? new Map([...samples].filter(([id]) => wanted.has(id))) : samples);
    });
  }

  /** What is kept of the past, oldest first, of each container that has any. */
  history(principal: Principal, containers: WatchedContainers): Map<string, Sample[]> {
    const own =
      containers === 'all' ? this.registry.list(principal.tenant.id) : containers.map((id) => this.registry.find(principal.tenant.id, id));
    const histories = own.map(({ id }) => [id, this.sampler.history(id)] as const);
    return new Map(histories.filter(([, samples]) => samples.length > 0));
  }
}
