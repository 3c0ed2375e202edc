import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import { isAlive, mayProceed } from './container-state.js';
import { Remover } from './remover.js';
import { Stopper } from './stopper.js';

@Injectable()
export class RemoveContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
    private readonly stopper: Stopper,
    private readonly remover: Remover,
  ) {}

  /** Without `force` only a container that does not run; with it, a running one is killed first. */
  async execute(principal: Principal, reference: string, force: boolean): Promise<void> {
    const verb = force ? 'force-remove' : 'remove';
    const { id } = this.registry.find(principal.tenant.id, reference);
    for (let removed = false; !removed; ) {
      if (force) await this.stopper.end(id, { verb: 'force-remove', actor: principal.name, timeoutMs: null });
      removed = await this.locks.run(id, async () => {
        const container = this.registry.get(id);
        if (!container) return true;
        mayProceed(container, verb);
        // Somebody has started it between the two steps: end it again.
        if (isAlive(container) || (force && container.state === 'restarting')) return false;
        await this.remover.remove(container, principal.name);
        return true;
      });
    }
  }
}
