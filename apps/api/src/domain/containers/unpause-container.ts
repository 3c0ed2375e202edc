import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { Container } from './container.js';
import { containerEvent } from './container-events.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import { mayProceed } from './container-state.js';
import { ContainerRuntime } from './containers.ports.js';

@Injectable()
export class UnpauseContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
    private readonly runtime: ContainerRuntime,
  ) {}

  /** Lets its processes go on. */
  async execute(principal: Principal, reference: string): Promise<Container> {
    const { id } = this.registry.find(principal.tenant.id, reference);
    return this.locks.run(id, async () => {
      const container = this.registry.find(principal.tenant.id, id);
      mayProceed(container, 'unpause');
      await this.runtime.unpause(id);
      return this.registry.observe({ ...container, state: 'running' }, containerEvent(container, 'container.unpause', principal.name));
    });
  }
}
