import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { checkPrivileges } from '../access/privileges.js';
import { EventLog } from '../events/events.ports.js';
import { Faults } from '../faults.js';
import type { Attached } from './attach-container.js';
import type { Container } from './container.js';
import { configPrivileges } from './container-config.js';
import { containerEvent } from './container-events.js';
import { ContainerRegistry } from './container-registry.js';
import { mayProceed } from './container-state.js';
import { ContainerRuntime, type ExecRequest, ImageCatalog } from './containers.ports.js';

/** Longest command line in an event's attributes. */
const MAX_COMMAND = 256;

@Injectable()
export class OpenExec {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly images: ImageCatalog,
    private readonly runtime: ContainerRuntime,
    private readonly events: EventLog,
    private readonly faults: Faults,
  ) {}

  /** A further process inside, with its streams; the caller closes them. Start and end are told as events. */
  async execute(principal: Principal, reference: string, request: ExecRequest): Promise<Attached> {
    const container = this.registry.find(principal.tenant.id, reference);
    // Who may not make such a container may not move in either.
    checkPrivileges(principal, configPrivileges(container.config));
    mayProceed(container, 'exec');
    const image = this.images.byId(container.tenantId, container.config.imageId);
    const streams = await this.runtime.exec(container, image, request);
    const command = request.command.join(' ').slice(0, MAX_COMMAND);
    const started = this.tell(container, principal, { command });
    streams.exit.then(
      ({ exitCode }) => started.then(() => this.tell(container, principal, { command, exitCode: String(exitCode) })),
      // The connection went away: how the process ended is not known, so nothing is told.
      () => undefined,
    );
    return { container, streams };
  }

  private async tell(container: Container, principal: Principal, attributes: Record<string, string>): Promise<void> {
    const action = attributes['exitCode'] === undefined ? 'container.exec_start' : 'container.exec_exit';
    try {
      await this.events.append(containerEvent(container, action, principal.name, attributes));
    } catch (error) {
      this.faults.report(`record an exec in ${container.name}`, error);
    }
  }
}
