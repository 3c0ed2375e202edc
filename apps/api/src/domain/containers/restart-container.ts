import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { checkTenantPrivileges } from '../access/privileges.js';
import { EventLog } from '../events/events.ports.js';
import type { Container } from './container.js';
import { configPrivileges } from './container-config.js';
import { containerEvent } from './container-events.js';
import { ContainerRegistry } from './container-registry.js';
import { StartContainer } from './start-container.js';
import { Stopper } from './stopper.js';

@Injectable()
export class RestartContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly stopper: Stopper,
    private readonly startContainer: StartContainer,
    private readonly events: EventLog,
  ) {}

  /** Stops it where it runs, then starts it. */
  async execute(principal: Principal, reference: string, timeoutSeconds?: number): Promise<Container> {
    const { id, config } = this.registry.find(principal.tenant.id, reference);
    checkTenantPrivileges(principal, configPrivileges(config));
    const timeoutMs = (timeoutSeconds ?? config.stopTimeoutSeconds) * 1000;
    await this.stopper.end(id, { verb: 'restart', actor: principal.name, timeoutMs });
    const container = await this.startContainer.execute(principal, id);
    await this.events.append(containerEvent(container, 'container.restart', principal.name));
    return container;
  }
}
