import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ExitRecord as NativeExit, RuntimeError, readExitRecord, readState, type Watch, watch } from '@keelson/runtime-native';
import type { ExitDetails, ExitListener, ExitRecord, Started } from '../../domain/containers/containers.ports.js';
import type { ContainerPaths } from './container-paths.js';
import { isSupervised } from './supervised.js';

/** Pause before a living supervisor is asked again; it has 256 places for clients, and they may all be taken for a moment. */
const RETRY_MS = 50;
/** More than a supervisor needs under any load. */
const ANSWER_MS = 15_000;

/** What a container's run looks like from outside. */
export type Sight =
  | { readonly kind: 'running'; readonly started: Started; readonly paused: boolean }
  | { readonly kind: 'ended'; readonly exit: ExitRecord }
  /** No supervisor, and no record of an end. */
  | { readonly kind: 'gone' };

export interface WatchedRun {
  readonly id: string;
  readonly paths: ContainerPaths;
  /** Called once; null after what is left was cleared away. */
  readonly onExit: ExitListener;
  /** Clears away what a lost supervisor has left. */
  readonly clear: () => Promise<void>;
}

/** Keeps one connection to each supervisor and hears from it how its container ended. */
export class RunWatcher {
  private readonly watches = new Map<string, Watch>();
  private closed = false;

  constructor(
    private readonly fault: (what: string, error: unknown) => void,
    private readonly answerMs = ANSWER_MS,
  ) {}

  /** Looks, and follows the run from now on where it lives. */
  async look(run: WatchedRun): Promise<Sight> {
    for (;;) {
      const seen = await this.connect(run);
      if (seen) return seen;
      // Asked in this order: the record is written before the supervisor goes.
      const supervised = await isSupervised(run.paths);
      const exit = await readExitRecord(run.paths.exitFile);
      if (exit) return { kind: 'ended', exit: toExit(exit) };
      if (!supervised) return { kind: 'gone' };
      await delay(RETRY_MS);
    }
  }

  /** As `look`, for a run that was just started: its end is told to the listener whenever it comes. */
  follow(run: WatchedRun): void {
    this.conclude(run).catch((error: unknown) => this.fault(`watch ${run.id}`, error));
  }

  /** Containers go on; nobody is told of an end any more. */
  close(): void {
    this.closed = true;
    for (const one of this.watches.values()) one.close();
    this.watches.clear();
  }

  private async conclude(run: WatchedRun): Promise<void> {
    const sight = await this.look(run);
    if (this.closed || sight.kind === 'running') return;
    if (sight.kind === 'ended') return run.onExit(sight.exit);
    await run.clear().catch((error: unknown) => this.fault(`clear away ${run.id}`, error));
    run.onExit(null);
  }

  private async connect(run: WatchedRun): Promise<Sight | null> {
    const connected = await watch(run.paths.control, { timeoutMs: this.answerMs }).catch((error: unknown) => {
      if (error instanceof RuntimeError) return error;
      throw error;
    });
    if (connected instanceof RuntimeError) return connected.code === 'CONTROL_TIMEOUT' ? this.recorded(run) : null;
    if (connected.state.exited) {
      const exit = await connected.exit;
      connected.close();
      return exit && { kind: 'ended', exit: toExit(exit) };
    }
    this.attend(run, connected);
    return {
      kind: 'running',
      started: { pid: connected.state.pid, startedAt: toDate(connected.state.startedAt) },
      paused: connected.state.paused,
    };
  }

  /**
   * A supervisor that lives and does not answer, stopped or starved, must not keep the server from its start: its state file tells what
   * runs, and it is asked again in the background.
   */
  private async recorded(run: WatchedRun): Promise<Sight | null> {
    const state = await readState(join(run.paths.run, 'state.json'));
    if (!state || !(await isSupervised(run.paths))) return null;
    if (!this.closed) this.follow(run);
    return { kind: 'running', started: { pid: state.pid, startedAt: toDate(state.startedAt) }, paused: false };
  }

  private attend(run: WatchedRun, connected: Watch): void {
    if (this.closed) {
      connected.close();
      return;
    }
    this.watches.set(run.id, connected);
    void connected.exit.then((exit) => {
      if (this.closed) return;
      if (this.watches.get(run.id) === connected) this.watches.delete(run.id);
      if (exit) run.onExit(toExit(exit));
      else this.follow(run);
    });
  }
}

function toExit({ id, bootId, startedAt, finishedAt, details, ...exit }: NativeExit): ExitRecord {
  return { ...exit, startedAt: toDate(startedAt), finishedAt: toDate(finishedAt), ...(details && { details: toDetails(details) }) };
}

function toDetails({ sent, oomVictim, ...details }: NonNullable<NativeExit['details']>): ExitDetails {
  return {
    ...details,
    sent: sent.map(({ signal, time }) => ({ signal, time: toDate(time) })),
    oomVictim: oomVictim && { ...oomVictim, time: toDate(oomVictim.time) },
  };
}

/** From nanoseconds since the epoch. */
export function toDate(nanoseconds: bigint): Date {
  return new Date(Number(nanoseconds / 1_000_000n));
}
