import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { Container } from './container.js';
import { ContainerRegistry } from './container-registry.js';

@Injectable()
export class ListContainers {
  constructor(private readonly registry: ContainerRegistry) {}

  /** In every state, newest first; the same list as before where nothing has changed since. */
  execute(principal: Principal): readonly Container[] {
    return this.registry.list(principal.tenant.id);
  }
}
