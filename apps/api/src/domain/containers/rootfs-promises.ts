import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import { ContainerRegistry } from './container-registry.js';
import { ContainerHost } from './containers.ports.js';
import { size } from './limits/refuse-limit.js';

/**
 * What a tenant's containers may take of the disk, by the sum of their sizes: quotas of a filesystem know no groups of projects. Promised
 * is what records say, and what creations and changes under way will make them say.
 */
@Injectable()
export class RootfsPromises {
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly registry: ContainerRegistry,
    private readonly host: ContainerHost,
  ) {}

  of(tenantId: string): number {
    const sizes = this.registry.list(tenantId).map(({ config }) => config.resources.rootfsSizeBytes ?? 0);
    return sizes.reduce((sum, bytes) => sum + bytes, this.underWay.get(tenantId) ?? 0);
  }

  /** Throws `tenant_quota_exceeded`. Returns the way to let go, once the record has it or never will. */
  promise(tenantId: string, bytes: number): () => void {
    const { tenantBytes } = this.host.rootfs();
    const promised = this.of(tenantId);
    if (tenantBytes !== null && bytes > 0 && promised + bytes > tenantBytes) {
      const left = size(Math.max(0, tenantBytes - promised));
      throw new DomainError(
        'tenant_quota_exceeded',
        `root filesystems of this tenant may take ${size(tenantBytes)} and ${left} of that are left, less than ${size(bytes)}; remove containers or ask for less`,
        { field: 'resources.rootfsSizeBytes', limitBytes: tenantBytes, promisedBytes: promised },
      );
    }
    this.add(tenantId, bytes);
    return () => this.add(tenantId, -bytes);
  }

  private add(tenantId: string, bytes: number): void {
    this.underWay.set(tenantId, (this.underWay.get(tenantId) ?? 0) + bytes);
  }
}
