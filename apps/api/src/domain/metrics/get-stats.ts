import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { ContainerRegistry } from '../containers/container-registry.js';
import type { Sample } from './metrics.js';
import { Sampler } from './sampler.js';

export interface ContainerStats {
  /** Null while it does not run or was not looked at yet. */
  readonly current: Sample | null;
  readonly history: readonly Sample[];
}

@Injectable()
export class GetStats {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly sampler: Sampler,
  ) {}

  execute(principal: Principal, reference: string): ContainerStats {
    const { id, run } = this.registry.find(principal.tenant.id, reference);
    const current = run.pid === null ? null : (this.sampler.newest(id) ?? null);
    return { current, history: this.sampler.history(id) };
  }
}
