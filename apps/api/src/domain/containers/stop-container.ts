import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { EventLog } from '../events/events.ports.js';
import type { Container } from './container.js';
import { containerEvent } from './container-events.js';
import { ContainerRegistry } from './container-registry.js';
import { Stopper } from './stopper.js';

@Injectable()
export class StopContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly stopper: Stopper,
    private readonly events: EventLog,
  ) {}

  /** `timeoutSeconds`: absent: the container's own. Returns once it has stopped; a container that does not run is stopped already. */
  async execute(principal: Principal, reference: string, timeoutSeconds?: number): Promise<Container> {
    const container = this.registry.find(principal.tenant.id, reference);
    const timeoutMs = (timeoutSeconds ?? container.config.stopTimeoutSeconds) * 1000;
    const changed = await this.stopper.end(container.id, { verb: 'stop', actor: principal.name, timeoutMs });
    if (changed) await this.events.append(containerEvent(container, 'container.stop', principal.name));
    return this.registry.get(container.id) ?? container;
  }
}
