import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { ContainerRegistry } from '../containers/container-registry.js';
import { ContainerHost } from '../containers/containers.ports.js';
import { RootfsPromises } from '../containers/rootfs-promises.js';
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
    private readonly promises: RootfsPromises,
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
      rootfs: { ...this.capacity.rootfs(), promisedBytes: this.promises.of(tenant.id) },
      warnings: [...warningsAbout(host, instance), ...this.overPromised(host.disk.totalBytes)],
    };
  }

  /** Sizes are promises, of all tenants together: files that are not there yet take no space. */
  private overPromised(diskBytes: number): string[] {
    const tenants = new Set(this.containers.all().map(({ tenantId }) => tenantId));
    const promised = [...tenants].reduce((sum, tenantId) => sum + this.promises.of(tenantId), 0);
    if (promised <= diskBytes) return [];
    return ['The sizes of all root filesystems come to more than the disk holds; it may fill before any container reaches its own limit.'];
  }
}
