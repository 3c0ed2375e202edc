import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { DomainError } from '../errors.js';
import type { ContainerRun } from './container.js';
import { ContainerRegistry } from './container-registry.js';
import { isAlive } from './container-state.js';
import { ExitWaiters } from './exit-waiters.js';

/** How a run ended. */
export interface EndedRun extends ContainerRun {
  readonly exitCode: number;
  readonly finishedAt: Date;
}

@Injectable()
export class WaitContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly waiters: ExitWaiters,
  ) {}

  /** At once when it does not run. `signal`: the caller has gone. */
  async execute(principal: Principal, reference: string, signal?: AbortSignal): Promise<EndedRun> {
    const container = this.registry.find(principal.tenant.id, reference);
    const waits = isAlive(container) || container.state === 'starting';
    const ended = waits ? await this.waiters.next(container.id, signal) : container;
    if (!ended) throw new DomainError('container_not_found', `container ${container.name} was removed meanwhile`);
    const { exitCode, finishedAt } = ended.run;
    if (exitCode === null || finishedAt === null) {
      throw new DomainError('container_state_conflict', `container ${container.name} has not run yet; start it first`, {
        state: container.state,
      });
    }
    return { ...ended.run, exitCode, finishedAt };
  }
}
