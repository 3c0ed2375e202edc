import { Injectable } from '@nestjs/common';
import type { EventDraft } from '../events/events.js';
import { Faults } from '../faults.js';
import { ContainerNetwork } from '../networks/networks.ports.js';
import type { Container, ContainerRun } from './container.js';
import { containerEvent, SYSTEM_ACTOR } from './container-events.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import type { ExitRecord } from './containers.ports.js';
import type { Death } from './deaths/death.js';
import { DeathRecords } from './deaths/death-records.js';
import { LastLines } from './deaths/last-lines.js';
import { ExitWaiters } from './exit-waiters.js';
import { shouldRestart } from './restart-policy.js';
import { RestartScheduler } from './restart-scheduler.js';
import type { EndedRun } from './wait-container.js';

/** A supervisor that died without a record: nobody knows how the container ended, so no code is made up but docker's for "unknown". */
const LOST_EXIT_CODE = 255;
const LOST = 'the supervisor of this container died without a record of its exit; what was left of it was ended';

/** What follows from the end of a run: record, events, network, restart policy, and those who wait. */
@Injectable()
export class ExitHandler {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly network: ContainerNetwork,
    private readonly locks: ContainerLocks,
    private readonly scheduler: RestartScheduler,
    private readonly waiters: ExitWaiters,
    private readonly deaths: DeathRecords,
    private readonly lastLines: LastLines,
    private readonly faults: Faults,
  ) {}

  /** The runtime's listener. `null`: lost. */
  handle(containerId: string, exit: ExitRecord | null): void {
    this.locks
      .run(containerId, () => this.settle(containerId, exit))
      .catch((error: unknown) => this.faults.report(`record the exit of ${containerId}`, error));
  }

  /** As `handle`, for a caller that holds the lock. Returns what became of it; undefined where the record is gone. */
  async settle(containerId: string, exit: ExitRecord | null, lost = LOST): Promise<Container | undefined> {
    const container = this.registry.get(containerId);
    if (!container) return undefined;
    const [log] = await Promise.all([this.lastLines.of(container, exit?.startedAt ?? container.run.startedAt), this.disconnect(container)]);
    const run = exit ? endedRun(container, exit) : lostRun(container, lost);
    const again = shouldRestart(container, run.exitCode);
    const lastDeath = exit
      ? this.deaths.ended(container, exit, { log, willRestart: again })
      : this.deaths.lost(container, run, { log, willRestart: again });
    const settled: Container = {
      ...container,
      state: again ? 'restarting' : 'exited',
      ports: [],
      restartCount: container.restartCount + (again ? 1 : 0),
      run,
      lastDeath,
    };
    await Promise.all([this.registry.observe(settled, ...exitEvents(settled)), this.deaths.keep(container, lastDeath)]);
    if (again) this.scheduler.schedule(containerId, ranFor(run));
    this.waiters.tell(containerId, settled);
    return settled;
  }

  /** The server was killed after an exit was recorded and before its death record was: the exit file still has the facts. */
  async complete(container: Container, exit: ExitRecord): Promise<void> {
    const log = await this.lastLines.of(container, exit.startedAt);
    const lastDeath: Death = this.deaths.ended(container, exit, { log, willRestart: container.state === 'restarting' });
    await this.deaths.keep(container, lastDeath);
    this.registry.note({ ...container, lastDeath });
  }

  /** Takes rules, interface and host ports away. Failing to is told and does not keep an exit from being recorded. */
  async disconnect(container: Container): Promise<void> {
    if (!container.lease) return;
    await this.network.disconnect(container.lease, container.ports).catch((error: unknown) => {
      this.faults.report(`take ${container.name} off its network`, error);
    });
    this.network.unpublish(container.id);
  }
}

function endedRun({ run }: Container, exit: ExitRecord): EndedRun {
  const { exitCode, oomKilled, startedAt, finishedAt } = exit;
  // What its health check found last belongs to the story of its end.
  const { health, request } = run;
  return { pid: null, startedAt, finishedAt, exitCode, oomKilled, error: null, ...(health && { health }), ...(request && { request }) };
}

function lostRun(container: Container, reason: string): EndedRun {
  return { ...container.run, pid: null, finishedAt: new Date(), exitCode: LOST_EXIT_CODE, oomKilled: false, error: reason };
}

function exitEvents(container: Container): EventDraft[] {
  const { exitCode, oomKilled, error } = container.run;
  const attributes = { exitCode: String(exitCode), ...(error && { error }) };
  const exit = containerEvent(container, 'container.exit', SYSTEM_ACTOR, attributes);
  return oomKilled ? [containerEvent(container, 'container.oom', SYSTEM_ACTOR), exit] : [exit];
}

function ranFor({ startedAt, finishedAt }: ContainerRun): number {
  return startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : 0;
}
