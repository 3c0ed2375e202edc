import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { ContainerLocks } from '../containers/container-locks.js';
import { ContainerRegistry } from '../containers/container-registry.js';
import { LogKeeper } from './logs.ports.js';

@Injectable()
export class ClearLogs {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
    private readonly keeper: LogKeeper,
  ) {}

  /** Followers go on with what is written later. */
  async execute(principal: Principal, reference: string): Promise<void> {
    const { id } = this.registry.find(principal.tenant.id, reference);
    await this.locks.run(id, async () => {
      this.registry.find(principal.tenant.id, id);
      await this.keeper.clear(id);
    });
  }
}
