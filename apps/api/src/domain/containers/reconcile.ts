import { Injectable } from '@nestjs/common';
import { Faults } from '../faults.js';
import type { NetworkLease } from '../networks/networks.js';
import { ContainerNetwork } from '../networks/networks.ports.js';
import type { Container } from './container.js';
import { containerEvent, SYSTEM_ACTOR } from './container-events.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import { isAlive } from './container-state.js';
import { ContainerHost, ContainerRuntime, type ExitRecord, type Found, type FoundRunning } from './containers.ports.js';
import { DeathRecords } from './deaths/death-records.js';
import { ExitHandler } from './exit-handler.js';
import { Remover } from './remover.js';
import { comesBackAfterReboot } from './restart-policy.js';
import { RestartScheduler } from './restart-scheduler.js';
import { UidBlocks } from './uid-blocks.js';

/** Containers looked at side by side: enough to hide waiting, few enough to keep descriptors and memory flat. */
const AT_ONCE = 16;

/**
 * Makes records and reality agree when the server starts (D4): supervisors and the kernel say what runs, the records what is
 * wanted. Safe to be cut short at any point; the next start does it again.
 */
@Injectable()
export class Reconcile {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly runtime: ContainerRuntime,
    private readonly network: ContainerNetwork,
    private readonly host: ContainerHost,
    private readonly locks: ContainerLocks,
    private readonly exits: ExitHandler,
    private readonly deaths: DeathRecords,
    private readonly scheduler: RestartScheduler,
    private readonly remover: Remover,
    private readonly uidBlocks: UidBlocks,
    private readonly faults: Faults,
  ) {}

  /** Returns when every container has its true state. What fails for one container is told and keeps no other from its turn. */
  async execute(): Promise<void> {
    await this.registry.load();
    const containers = this.registry.all();
    this.uidBlocks.rebuild(containers.map(({ uidBase }) => uidBase));
    await this.removeLeftovers(containers);
    await this.openNetwork(containers);
    const rebooted = await this.host.rebooted();
    await eachOf(containers, ({ id, name }) =>
      this.locks
        .run(id, () => this.settle(id, rebooted))
        .catch((error: unknown) => this.faults.report(`take up container ${name} again`, error)),
    );
    // Only now: a start that is cut short before has not brought back everything that a policy wants.
    await this.host.noteBoot();
  }

  /** Without its network the server still has containers to look after; what needs the network says what is wrong with it. */
  private async openNetwork(containers: readonly Container[]): Promise<void> {
    const leases = containers.flatMap(({ lease }): NetworkLease[] => (lease ? [lease] : []));
    await this.network.open(leases).catch((error: unknown) => this.faults.report('open the default network', error));
  }

  private async removeLeftovers(containers: readonly Container[]): Promise<void> {
    const known = new Set(containers.map(({ id }) => id));
    for (const id of await this.runtime.leftovers(known)) {
      await this.runtime.removeLeftover(id).catch((error: unknown) => this.faults.report(`remove the leftover ${id}`, error));
    }
  }

  private async settle(id: string, rebooted: boolean): Promise<void> {
    const recorded = this.registry.get(id);
    if (!recorded) return;
    const container = await this.withLastDeath(recorded);
    if (container.state === 'removing') return this.removeAtLast(container);
    const found = await this.runtime.adopt(container, (exit) => this.exits.handle(id, exit));
    await this.agree(container, found);
    await this.bringBack(container, rebooted);
  }

  private async withLastDeath(container: Container): Promise<Container> {
    const lastDeath = await this.deaths.last(container);
    return lastDeath ? this.registry.recall({ ...container, lastDeath }) : container;
  }

  /** Opening the network put its rules in force once more. */
  private async removeAtLast(container: Container): Promise<void> {
    await this.exits.disconnect(container);
    await this.remover.remove(container, SYSTEM_ACTOR);
  }

  private async agree(container: Container, found: Found): Promise<void> {
    if (found.kind === 'running') return this.takeUp(container, found);
    if (found.kind === 'exited' && isNews(container, found.exit)) {
      await this.exits.settle(container.id, found.exit);
    } else if (isAlive(container) || container.state === 'starting') {
      const reason = found.kind === 'lost' ? found.reason : undefined;
      await this.exits.settle(container.id, null, reason);
    } else {
      if (found.kind === 'exited' && isUntold(container, found.exit)) await this.exits.complete(container, found.exit);
      // Opening the network put the rules of all leases in force, so that no running container was without them for a moment.
      await this.exits.disconnect(container);
    }
  }

  /** It runs; the record does not say so when the server was killed in the middle of the start. */
  private async takeUp(container: Container, { started: { pid, startedAt }, ports, paused }: FoundRunning): Promise<void> {
    const known = isAlive(container) && container.run.startedAt?.getTime() === startedAt.getTime();
    const run = {
      pid,
      startedAt,
      finishedAt: null,
      exitCode: null,
      oomKilled: false,
      error: null,
      ...(known && container.run.health && { health: container.run.health }),
      ...(known && container.run.request && { request: container.run.request }),
    };
    const running: Container = { ...container, state: paused ? 'paused' : 'running', wanted: known ? container.wanted : true, ports, run };
    if (container.lease) {
      await this.network.connect(container.lease, ports).catch((error: unknown) => {
        this.faults.report(`connect ${container.name} again`, error);
      });
    }
    if (known && container.state === running.state) this.registry.note(running);
    else await this.registry.observe(running, ...(known ? [] : [containerEvent(running, 'container.start', SYSTEM_ACTOR)]));
  }

  /** What was between two runs, and what policies bring back after a reboot; exits found just now have their plan already. */
  private async bringBack(before: Container, rebooted: boolean): Promise<void> {
    const container = this.registry.get(before.id);
    if (container?.state === 'exited' && rebooted && comesBackAfterReboot(container)) {
      await this.registry.update({ ...container, state: 'restarting', wanted: true });
    } else if (container?.state !== 'restarting' || before.state !== 'restarting') {
      return;
    }
    this.scheduler.schedule(before.id, 0);
  }
}

/** Whether the record does not tell of this exit yet. */
function isNews({ run }: Container, exit: ExitRecord): boolean {
  return run.finishedAt === null || run.startedAt?.getTime() !== exit.startedAt.getTime();
}

/** Whether its last death is not of this exit. A start that failed since has its own. */
function isUntold({ lastDeath }: Container, exit: ExitRecord): boolean {
  return lastDeath?.cause !== 'start_failed' && lastDeath?.startedAt?.getTime() !== exit.startedAt.getTime();
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
}
