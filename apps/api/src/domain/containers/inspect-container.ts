import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { Container } from './container.js';
import { ContainerRegistry } from './container-registry.js';

@Injectable()
export class InspectContainer {
  constructor(private readonly registry: ContainerRegistry) {}

  /** By name, id or at least four digits of it. Throws `container_not_found`. */
  execute(principal: Principal, reference: string): Container {
    return this.registry.find(principal.tenant.id, reference);
  }
}
