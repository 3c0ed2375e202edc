import { Injectable } from '@nestjs/common';
import type { Principal } from '../../access/principal.js';
import { ContainerRegistry } from '../container-registry.js';
import type { Death } from './death.js';
import { DeathArchive } from './deaths.ports.js';

@Injectable()
export class ListDeaths {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly archive: DeathArchive,
  ) {}

  /** The last ten, the newest first. */
  async execute(principal: Principal, reference: string): Promise<Death[]> {
    const { id } = this.registry.find(principal.tenant.id, reference);
    return (await this.archive.read(id)).toReversed();
  }
}
