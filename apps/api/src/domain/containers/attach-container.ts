import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { checkPrivileges } from '../access/privileges.js';
import type { Container } from './container.js';
import { configPrivileges } from './container-config.js';
import { ContainerRegistry } from './container-registry.js';
import { mayProceed } from './container-state.js';
import { ContainerRuntime, type ProcessStreams } from './containers.ports.js';

export interface Attached {
  readonly container: Container;
  readonly streams: ProcessStreams;
}

@Injectable()
export class AttachContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly runtime: ContainerRuntime,
  ) {}

  /** The streams of PID 1 from now on; the caller closes them. */
  async execute(principal: Principal, reference: string): Promise<Attached> {
    const container = this.registry.find(principal.tenant.id, reference);
    // Who may not make such a container may not move in either.
    checkPrivileges(principal, configPrivileges(container.config));
    mayProceed(container, 'attach');
    return { container, streams: await this.runtime.attach(container) };
  }
}
