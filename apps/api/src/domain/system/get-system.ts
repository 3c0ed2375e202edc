import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { ContainerRegistry } from '../containers/container-registry.js';
import { ContainerHost } from '../containers/containers.ports.js';
import { ImageRegistry } from '../images/image-registry.js';
import type { SystemReport } from './system.js';
import { SystemFacts } from './system.ports.js';
import { warningsAbout } from './warnings.js';

/** The host, the server, and how much of the caller's is on it. */
@Injectable()
export class GetSystem {
  constructor(
    private readonly facts: SystemFacts,
    private readonly capacity: ContainerHost,
    private readonly containers: ContainerRegistry,
    private readonly images: ImageRegistry,
  ) {}

  async execute({ tenant }: Principal): Promise<SystemReport> {
    const { instance } = this.facts;
    const host = await this.facts.host();
    // The same figures that limits are held against.
    const { cpus, memoryBytes } = this.capacity.capacity();
    const own = this.containers.list(tenant.id);
    return {
      host,
      instance,
      cpus,
      memoryBytes,
      containers: { total: own.length, running: own.filter(({ state }) => state === 'running').length },
      images: this.images.list(tenant.id).length,
      warnings: warningsAbout(host, instance),
    };
  }
}
