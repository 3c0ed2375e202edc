import { Injectable } from '@nestjs/common';
import { Faults } from '../faults.js';
import { SYSTEM_ACTOR } from './container-events.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import { Launcher } from './launcher.js';
import { shouldRestart } from './restart-policy.js';
import { RestartScheduler } from './restart-scheduler.js';

/** Starts a container again when its restart policy says so and its pause is over. */
@Injectable()
export class RestartDue {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
    private readonly scheduler: RestartScheduler,
    private readonly launcher: Launcher,
    private readonly faults: Faults,
  ) {
    scheduler.whenDue((id) => {
      this.execute(id).catch((error: unknown) => this.faults.report(`restart ${id}`, error));
    });
  }

  async execute(containerId: string): Promise<void> {
    await this.locks.run(containerId, async () => {
      const container = this.registry.get(containerId);
      // A user may have stopped or removed it while the timer was on its way.
      if (container?.state !== 'restarting') return;
      await this.launcher.launch(container, SYSTEM_ACTOR).catch((error: unknown) => this.tryLater(containerId, error));
    });
  }

  /** What kept it from starting may pass (a port in use): it counts as one more failed run. */
  private async tryLater(containerId: string, error: unknown): Promise<void> {
    const failed = this.registry.get(containerId);
    if (!failed) return;
    const wanted = { ...failed, wanted: true };
    if (!shouldRestart(wanted, failed.run.exitCode ?? 1)) return this.faults.report(`restart ${failed.name}`, error);
    await this.registry.update({ ...wanted, state: 'restarting', restartCount: failed.restartCount + 1 });
    this.scheduler.schedule(containerId, 0);
  }
}
