import type { EventDraft } from '../events/events.js';
import type { ImageConfig } from '../images/images.js';
import type { PublishedPort } from '../networks/networks.js';
import type { NetworkAtStart } from '../networks/networks.ports.js';
import type { Container, ContainerConfig } from './container.js';
import type { DeathUsage, OomVictim } from './deaths/death.js';
import type { HostAccess } from './host-access.js';
import type { HostCapacity, HostDevice } from './limits/host-capacity.js';
import type { RootfsRules } from './rootfs.js';

/** Records of all containers. Every change is written in one transaction together with its events. */
export abstract class ContainerStore {
  abstract all(): Promise<Container[]>;
  /** Throws `container_name_taken` where the tenant has that name already. */
  abstract insert(container: Container, event: EventDraft): Promise<void>;
  abstract update(container: Container, events: readonly EventDraft[]): Promise<void>;
  abstract remove(container: Container, event: EventDraft): Promise<void>;
}

/** The images' side of creating a container. */
export abstract class ImageCatalog {
  /** By any reference or id the tenant knows; throws `image_not_found`. */
  abstract find(tenantId: string, reference: string): RunnableImage;
  /** By id; for containers that exist already. */
  abstract byId(tenantId: string, imageId: string): RunnableImage;
}

export interface RunnableImage {
  readonly id: string;
  readonly config: ImageConfig;
  /** Directories of the unpacked layers, lowest first. */
  readonly layerPaths: readonly string[];
}

export interface ExitRecord {
  /** 128 + signal for a death by signal. */
  readonly exitCode: number;
  /** 0 where it ended by itself. */
  readonly signal: number;
  readonly oomKilled: boolean;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Absent: its supervisor is of a version that did not tell. */
  readonly details?: ExitDetails;
}

export interface ExitDetails {
  readonly coreDumped: boolean;
  /** To its first process because the supervisor was asked to, each signal once, with its last time. */
  readonly sent: readonly { readonly signal: number; readonly time: Date }[];
  readonly oomKills: number;
  /** Null where none was killed, or the kernel's log does not tell. `first`: it was the main process;
   * `firstKilled`: that one was killed, by itself or with the whole group.
   */
  readonly oomVictim: (Omit<OomVictim, 'pidInside'> & { readonly first: boolean; readonly firstKilled: boolean }) | null;
  /** Null where the counters could not be read. */
  readonly usage: Omit<DeathUsage, 'pidsPeakSampled'> | null;
}

export interface Started {
  readonly pid: number;
  readonly startedAt: Date;
}

/** What a restarted server finds of a container. `lost`: its supervisor died without an exit record. */
export type Found =
  | FoundRunning
  | { readonly kind: 'exited'; readonly exit: ExitRecord }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'never-started' };

export interface FoundRunning {
  readonly kind: 'running';
  readonly started: Started;
  readonly ports: readonly PublishedPort[];
  readonly paused: boolean;
}

/** The host that containers run on. */
export abstract class ContainerHost {
  abstract capacity(): HostCapacity;
  /** What of it containers may have, by the settings of this instance. */
  abstract access(): HostAccess;
  /** What bounds the files of containers. */
  abstract rootfs(): RootfsRules;
  /** The device nodes among these paths; a path that is none is left out. */
  abstract devices(paths: readonly string[]): Promise<ReadonlyMap<string, HostDevice>>;
  /** Whether the host was booted since `noteBoot`, over all runs of the server. True where that was never called. */
  abstract rebooted(): Promise<boolean>;
  /** Everything that follows from this boot is done. */
  abstract noteBoot(): Promise<void>;
}

/** Containers as processes and directories. */
export abstract class ContainerRuntime {
  /** The container's cgroup below the hierarchies' roots; decided once, at creation. */
  abstract cgroupPath(tenantId: string, containerId: string): string;
  /** Makes the container's directories (upper, work, logs), owned by its ids. Undoes itself on failure. */
  abstract create(container: Container): Promise<void>;
  /**
   * Starts PID 1 and returns once its execve has succeeded. Throws `command_not_found`, `command_not_executable`,
   * `limit_invalid` or `runtime_failed` with {stage, errno} and leaves nothing behind. `onExit` is called once, after the exit is
   * durable; with null when the supervisor was lost without a record.
   */
  abstract start(container: Container, image: RunnableImage, around: AtStart, onExit: ExitListener): Promise<Started>;
  /** After a restart of the server; takes up watching where it runs. */
  abstract adopt(container: Container, onExit: ExitListener): Promise<Found>;
  /** To PID 1. A container that has just ended is no error. */
  abstract signal(containerId: string, signal: number): Promise<void>;
  /** Returns once every process of the container has stopped. */
  abstract pause(containerId: string): Promise<void>;
  /** Also for one that is not paused; one that has ended meanwhile is no error. */
  abstract unpause(containerId: string): Promise<void>;
  /**
   * Gives a running container the limits of another config; what cannot change while it runs is left. Throws `limit_invalid`,
   * and then nothing has changed.
   */
  abstract update(container: Container, config: ContainerConfig): Promise<void>;
  /** A further process inside; throws `command_not_found`, `command_not_executable`, `runtime_failed`. */
  abstract exec(container: Container, image: RunnableImage, request: ExecRequest): Promise<ProcessStreams>;
  /** Bytes that the container's own files take of the disk; null where nobody counts them. */
  abstract rootfsUsedBytes(container: Container): Promise<number | null>;
  /** The streams of PID 1 from now on. */
  abstract attach(container: Container): Promise<ProcessStreams>;
  /** Removes everything of a container that does not run: processes that are left, cgroup, directories. Idempotent. */
  abstract remove(container: Container): Promise<void>;
  /** Ids of which directories exist though no record knows them (a create or remove cut short by a crash). */
  abstract leftovers(known: ReadonlySet<string>): Promise<string[]>;
  abstract removeLeftover(containerId: string): Promise<void>;
}

export type JoinedPids = Readonly<Partial<Record<'pid' | 'ipc' | 'uts', number>>>;

/** What a start needs besides the record and its image. */
export interface AtStart extends NetworkAtStart {
  /** Host pids of the containers whose namespaces are used. */
  readonly joined: JoinedPids;
  /** Directories of the layers, lowest first, of each image that the container mounts, by id. */
  readonly mountedLayers: ReadonlyMap<string, readonly string[]>;
}

export type ExitListener = (exit: ExitRecord | null) => void;

export interface ExecRequest {
  readonly command: readonly string[];
  /** As in ContainerConfig; absent: the container's. */
  readonly user?: string;
  readonly workingDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: { readonly rows: number; readonly cols: number };
  readonly stdin: boolean;
  /** Kill it when these streams are closed or the server goes; otherwise it lives on without an audience. */
  readonly endWithUs?: boolean;
}

/**
 * A live connection to a process. Output is pulled: while nobody asks for the next chunk, an exec'd process waits, an attached
 * container does not (its ring overflows and a gap is told).
 */
export interface ProcessStreams {
  readonly output: AsyncIterable<OutputChunk>;
  /** Resolves when the bytes are on their way; rejects once the process or connection is gone. */
  write(bytes: Uint8Array): Promise<void>;
  closeStdin(): void;
  resize(rows: number, cols: number): void;
  signal(signal: number): void;
  /** Resolves after the last output chunk was taken. */
  readonly exit: Promise<{ readonly exitCode: number }>;
  /** Lets go of the connection: an exec'd process loses its output and stdin, the container loses nothing. */
  close(): void;
}

export type OutputChunk =
  | { readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly stream: 'gap'; readonly bytes: number };
