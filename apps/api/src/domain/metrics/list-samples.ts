import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { Container } from '../containers/container.js';
import { ContainerRegistry } from '../containers/container-registry.js';
import type { Sample } from './metrics.js';
import { Sampler } from './sampler.js';

export interface SampledContainer {
  readonly container: Container;
  /** Null while it does not run or was not looked at yet. */
  readonly sample: Sample | null;
}

@Injectable()
export class ListSamples {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly sampler: Sampler,
  ) {}

  /** All containers of the tenant with what was seen of them last. */
  execute(principal: Principal): SampledContainer[] {
    return this.registry.list(principal.tenant.id).map((container) => ({
      container,
      sample: container.run.pid === null ? null : (this.sampler.newest(container.id) ?? null),
    }));
  }
}
