import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { Container } from './container.js';
import { containerEvent } from './container-events.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import { mayProceed } from './container-state.js';

@Injectable()
export class RenameContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
  ) {}

  /** The host name inside stays what it was. Throws `container_name_taken`. */
  async execute(principal: Principal, reference: string, name: string): Promise<Container> {
    const { id } = this.registry.find(principal.tenant.id, reference);
    return this.locks.run(id, async () => {
      const container = this.registry.find(principal.tenant.id, id);
      mayProceed(container, 'rename');
      if (container.name === name) return container;
      const event = containerEvent({ ...container, name }, 'container.rename', principal.name, { oldName: container.name });
      return this.registry.rename(container, name, event);
    });
  }
}
