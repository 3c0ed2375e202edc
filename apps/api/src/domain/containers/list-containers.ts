import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { Container } from './container.js';
import { ContainerRegistry } from './container-registry.js';

@Injectable()
export class ListContainers {
  constructor(private readonly registry: ContainerRegistry) {}

  /** In every state, newest first. */
  execute(principal: Principal): Container[] {
    return this.registry.list(principal.tenant.id);
  }
}
