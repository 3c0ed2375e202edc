import type { Container, ContainerConfig } from '../domain/containers/container.js';
import {
  type AtStart,
  ContainerRuntime,
  type ExecRequest,
  type ExitListener,
  type ExitRecord,
  type Found,
  type OutputChunk,
  type ProcessStreams,
  type RunnableImage,
  type Started,
} from '../domain/containers/containers.ports.js';
import { SIGKILL } from '../domain/containers/signals.js';

interface FakeProcess {
  readonly startedAt: Date;
  readonly onExit: ExitListener;
}

/** Containers without a kernel, for tests of the rules only: processes end when the test or a signal says so. */
export class FakeRuntime extends ContainerRuntime {
  readonly directories = new Set<string>();
  readonly processes = new Map<string, FakeProcess>();
  readonly signals: number[] = [];
  readonly paused = new Set<string>();
  /** What a paused container hears once it goes on, as on cgroup v1. */
  private readonly pending = new Map<string, number>();
  readonly found = new Map<string, Found>();
  /** What a workload does about the stop signal. */
  obeys = true;
  failCreate: Error | null = null;
  failStart: Error | null = null;
  failRemove: Error | null = null;
  failUpdate: Error | null = null;
  failExec: Error | null = null;
  readonly updates: ContainerConfig[] = [];
  execOutput: readonly OutputChunk[] = [];
  private pid = 100;
  private clock = Date.parse('2026-01-01T00:00:00Z');

  override cgroupPath(tenantId: string, containerId: string): string {
    return `/keelson.slice/${tenantId}/${containerId}`;
  }

  override async create(container: Container): Promise<void> {
    if (this.failCreate) throw this.failCreate;
    this.directories.add(container.id);
  }

  override async start(container: Container, _image: RunnableImage, _around: AtStart, onExit: ExitListener): Promise<Started> {
    if (this.failStart) throw this.failStart;
    const startedAt = new Date(this.clock++);
    this.processes.set(container.id, { startedAt, onExit });
    return { pid: this.pid++, startedAt };
  }

  override async adopt(container: Container): Promise<Found> {
    return this.found.get(container.id) ?? { kind: 'never-started' };
  }

  override async signal(containerId: string, signal: number): Promise<void> {
    this.signals.push(signal);
    if (signal !== SIGKILL && !this.obeys) return;
    if (this.paused.has(containerId)) this.pending.set(containerId, signal);
    else this.exit(containerId, 128 + signal);
  }

  override async update(_container: Container, config: ContainerConfig): Promise<void> {
    if (this.failUpdate) throw this.failUpdate;
    this.updates.push(config);
  }

  usedBytes: number | null = null;

  override async rootfsUsedBytes(): Promise<number | null> {
    return this.usedBytes;
  }

  override async pause(containerId: string): Promise<void> {
    this.paused.add(containerId);
  }

  override async unpause(containerId: string): Promise<void> {
    this.paused.delete(containerId);
    const signal = this.pending.get(containerId);
    this.pending.delete(containerId);
    if (signal !== undefined) this.exit(containerId, 128 + signal);
  }

  /** Ends a run as the supervisor would tell it; null: lost. */
  exit(containerId: string, exitCode: number | null, changes: Partial<ExitRecord> = {}): void {
    const process = this.processes.get(containerId);
    if (!process) return;
    this.processes.delete(containerId);
    const finishedAt = new Date(process.startedAt.getTime() + 1000);
    process.onExit(
      exitCode === null
        ? null
        : { exitCode, signal: exitCode > 128 ? exitCode - 128 : 0, oomKilled: false, startedAt: process.startedAt, finishedAt, ...changes },
    );
  }

  override async exec(_container: Container, _image: RunnableImage, _request: ExecRequest): Promise<ProcessStreams> {
    if (this.failExec) throw this.failExec;
    return this.streams();
  }

  override async attach(_container: Container): Promise<ProcessStreams> {
    return this.streams();
  }

  private streams(): ProcessStreams {
    const chunks = this.execOutput;
    const output = (async function* () {
      yield* chunks;
    })();
    const nothing = () => undefined;
    const exit = Promise.resolve({ exitCode: 3 });
    return { output, write: async () => undefined, closeStdin: nothing, resize: nothing, signal: nothing, exit, close: nothing };
  }

  override async remove(container: Container): Promise<void> {
    if (this.failRemove) throw this.failRemove;
    this.directories.delete(container.id);
  }

  override async leftovers(known: ReadonlySet<string>): Promise<string[]> {
    return [...this.directories].filter((id) => !known.has(id));
  }

  override async removeLeftover(containerId: string): Promise<void> {
    this.directories.delete(containerId);
  }
}
