import { Injectable } from '@nestjs/common';
import { ContainerNetwork } from '../networks/networks.ports.js';
import type { Container } from './container.js';
import { containerEvent } from './container-events.js';
import { ContainerRegistry } from './container-registry.js';
import { ContainerRuntime } from './containers.ports.js';
import { ExitWaiters } from './exit-waiters.js';
import { RestartScheduler } from './restart-scheduler.js';
import { UidBlocks } from './uid-blocks.js';

/** Takes everything of a container that does not run away; its lock is held by the caller. Can be repeated after a failure. */
@Injectable()
export class Remover {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly runtime: ContainerRuntime,
    private readonly network: ContainerNetwork,
    private readonly scheduler: RestartScheduler,
    private readonly waiters: ExitWaiters,
    private readonly uidBlocks: UidBlocks,
  ) {}

  async remove(container: Container, actor: string): Promise<void> {
    this.scheduler.cancel(container.id);
    // Recorded first: after a crash in the middle, the next start goes on from here.
    const removing = await this.registry.update({ ...container, state: 'removing', wanted: false });
    await this.runtime.remove(removing);
    await this.registry.remove(removing, containerEvent(removing, 'container.remove', actor));
    // Ids and addresses go back once nothing carries them any more.
    if (removing.lease) this.network.release(removing.lease);
    this.uidBlocks.release(removing.uidBase);
    this.waiters.tell(removing.id, null);
  }
}
