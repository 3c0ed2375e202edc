import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { Container } from './container.js';
import { containerEvent } from './container-events.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import { mayProceed } from './container-state.js';
import { ContainerRuntime } from './containers.ports.js';

@Injectable()
export class PauseContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
    private readonly runtime: ContainerRuntime,
  ) {}

  /** Returns once every process of it has stopped; they see nothing of it. */
  async execute(principal: Principal, reference: string): Promise<Container> {
    const { id } = this.registry.find(principal.tenant.id, reference);
    return this.locks.run(id, async () => {
      const container = this.registry.find(principal.tenant.id, id);
      mayProceed(container, 'pause');
      await this.runtime.pause(id);
      return this.registry.observe({ ...container, state: 'paused' }, containerEvent(container, 'container.pause', principal.name));
    });
  }
}
