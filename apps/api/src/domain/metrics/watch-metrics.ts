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
    const wanted = containers === 'all' ? undefined : new Set(this.ids(principal, containers));
    return this.sampler.subscribe(principal.tenant.id, (samples) => {
      listener(wanted ? new Map([...samples].filter(([id]) => wanted.has(id))) : samples);
    });
  }

  /** Of all that are there now. Throws `container_not_found`. */
  ids({ tenant }: Principal, containers: WatchedContainers): string[] {
    const own = containers === 'all' ? this.registry.list(tenant.id) : containers.map((id) => this.registry.find(tenant.id, id));
    return own.map(({ id }) => id);
  }

  /** What is kept of a container's past, oldest first; nothing of one that has been removed meanwhile. */
  history({ tenant }: Principal, containerId: string): Sample[] {
    return this.registry.get(containerId)?.tenantId === tenant.id ? this.sampler.history(containerId) : [];
  }
}
