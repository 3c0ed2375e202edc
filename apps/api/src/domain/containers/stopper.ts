import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import type { Container } from './container.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import { isAlive, mayProceed } from './container-state.js';
import { ContainerRuntime } from './containers.ports.js';
import type { DeathRequest } from './deaths/death.js';
import { ExitWaiters } from './exit-waiters.js';
import { RestartScheduler } from './restart-scheduler.js';
import { SIGKILL, signalNumber } from './signals.js';

/** How long the kernel may take for a process that was killed; longer means it hangs in a device or file system. */
const KILL_PATIENCE_MS = 30_000;

export interface Ending {
  readonly verb: 'stop' | 'kill' | 'restart' | 'force-remove';
  /** Who asked. */
  readonly actor: string;
  /** null: SIGKILL at once. */
  readonly timeoutMs: number | null;
}

/** Brings a run to its end: the stop signal, a time to obey it, then SIGKILL. */
@Injectable()
export class Stopper {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
    private readonly runtime: ContainerRuntime,
    private readonly scheduler: RestartScheduler,
    private readonly waiters: ExitWaiters,
  ) {}

  /** Resolves once it does not run and no policy will start it; `false` where that was so already. */
  async end(containerId: string, ending: Ending): Promise<boolean> {
    const begun = await this.locks.run(containerId, () => this.begin(containerId, ending));
    if (typeof begun === 'boolean') return begun;
    if (ending.timeoutMs !== null) {
      if (await this.endsWithin(begun, ending.timeoutMs)) return true;
      await this.runtime.signal(containerId, SIGKILL);
    }
    if (!(await this.endsWithin(begun, KILL_PATIENCE_MS))) throw hangs(begun);
    return true;
  }

  /** true, false: it has ended, or had before. A container: it has its signal. */
  private async begin(containerId: string, ending: Ending): Promise<boolean | Container> {
    const { verb, timeoutMs } = ending;
    const container = this.registry.get(containerId);
    if (!container || !mayProceed(container, verb)) return false;
    this.scheduler.cancel(containerId);
    if (container.state === 'restarting') {
      await this.registry.update({ ...container, state: 'exited', wanted: false });
      return true;
    }
    if (!isAlive(container)) return false;
    const signal = timeoutMs === null ? SIGKILL : signalNumber(container.config.stopSignal);
    const run = { ...container.run, request: requestOf(ending, signal) };
    const stopping = await this.registry.update({ ...container, state: 'stopping', wanted: false, run });
    await this.runtime.signal(containerId, signal);
    // What is paused hears no signal; sent first, so that it is the first thing it hears.
    if (container.state === 'paused') await this.runtime.unpause(containerId);
    return stopping;
  }

  /** Looks before it waits: the exit may have been recorded while the signal was sent. */
  private async endsWithin(run: Container, milliseconds: number): Promise<boolean> {
    const now = this.registry.get(run.id);
    if (!now || !isAlive(now) || now.run.startedAt !== run.run.startedAt) return true;
    return (await this.waiters.within(run.id, milliseconds)) !== undefined;
  }
}

function requestOf({ verb, actor, timeoutMs }: Ending, signal: number): DeathRequest {
  return { verb: verb === 'force-remove' ? 'remove' : verb, actor, time: new Date(), signal, timeoutMs };
}

function hangs(container: Container): DomainError {
  const message = `container ${container.name} has not ended ${KILL_PATIENCE_MS / 1000} s after SIGKILL; a process of it hangs in the kernel`;
  return new DomainError('runtime_failed', message, { stage: 'proc.signal' });
}
