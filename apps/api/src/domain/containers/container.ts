import type { Gpus } from '../cdi/cdi.js';
import type { NetworkLease, NetworkMode, PublishedPort } from '../networks/networks.js';
import type { WantedPort } from '../networks/networks.ports.js';
import type { Death, DeathRequest } from './deaths/death.js';
import type { Device } from './devices.js';
import type { Health, Healthcheck } from './health/health.js';
import type { NamespaceModes, TimeOffsets } from './namespaces.js';
import type { Resources } from './resources.js';
import type { RootfsBackend } from './rootfs.js';
import type { Security } from './security.js';
import type { Sysctls } from './sysctls.js';

export const CONTAINER_STATES = ['created', 'starting', 'running', 'paused', 'stopping', 'restarting', 'exited', 'removing'] as const;
export type ContainerState = (typeof CONTAINER_STATES)[number];

export interface RestartPolicy {
  readonly name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  readonly maximumRetryCount?: number;
}

/** Of a log: bytes of one part, and how many parts are kept. */
export interface LogCaps {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

/** Files of its own at a path of the container, in memory: gone when it stops. */
export interface TmpfsMount {
  readonly type: 'tmpfs';
  readonly target: string;
  /** Absent: half of the host's memory; what is in it counts towards the container's own limit in any case. */
  readonly sizeBytes?: number;
  /** Permission bits in octal digits. */
  readonly mode: string;
  readonly exec: boolean;
  readonly readOnly: boolean;
}

/** A file or directory of the host, whose files keep the owners they have on disk. */
export interface BindMount {
  readonly type: 'bind';
  /** Absolute, in one of the host's bind roots. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly recursive: boolean;
  readonly propagation: 'private' | 'rprivate' | 'slave' | 'rslave' | 'shared' | 'rshared';
}

/** The files of another image, read-only. */
export interface ImageMount {
  readonly type: 'image';
  /** The reference as the user wrote it. */
  readonly source: string;
  readonly target: string;
  readonly subpath?: string;
  /** What the reference meant at creation; `''` before that. */
  readonly imageId: string;
}

export type ContainerMount = TmpfsMount | BindMount | ImageMount;

/** What was asked for, completed from the image; it never changes after creation except by an update. */
export interface ContainerConfig {
  /** The reference as the user wrote it. */
  readonly image: string;
  readonly imageId: string;
  /** Entrypoint and command together: argv of PID 1. */
  readonly command: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly workingDir: string;
  /** As asked for: `uid`, `uid:gid`, `name`, `name:group` or `''`. */
  readonly user: string;
  readonly hostname: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly resources: Resources;
  readonly sysctls: Sysctls;
  readonly devices: readonly Device[];
  readonly deviceRules: readonly string[];
  /** Devices of vendors; what they bring is looked up at each start. */
  readonly gpus: Gpus | null;
  readonly cdiDevices: readonly string[];
  readonly ports: readonly WantedPort[];
  readonly network: NetworkMode;
  readonly restartPolicy: RestartPolicy;
  readonly labels: Readonly<Record<string, string>>;
  /** Name with SIG or a number; from the image unless asked for, SIGTERM by default. */
  readonly stopSignal: string;
  readonly log: LogCaps;
  /** Seconds between the stop signal and SIGKILL where the request to stop says nothing. */
  readonly stopTimeoutSeconds: number;
  /** Whether a small process 1 of ours runs the program. */
  readonly init: boolean;
  /** Nothing outside of mounts can be written. */
  readonly readonlyRootfs: boolean;
  /** Decided at creation. */
  readonly rootfsBackend: RootfsBackend;
  readonly mounts: readonly ContainerMount[];
  readonly security: Security;
  readonly namespaces: NamespaceModes;
  /** null: the host's clocks. */
  readonly timeOffsets: TimeOffsets | null;
  readonly healthcheck: Healthcheck | null;
}

/** What became of the newest run. */
export interface ContainerRun {
  /** Host pid of PID 1 while it runs. */
  readonly pid: number | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** Why the last start failed, or why the supervisor was lost. */
  readonly error: string | null;
  /** Absent until the first probe, and for containers without a health check. */
  readonly health?: Health;
  /** The last that may end it, or has. */
  readonly request?: DeathRequest;
}

/** Before the first run. */
export const NEVER_RAN: ContainerRun = { pid: null, startedAt: null, finishedAt: null, exitCode: null, oomKilled: false, error: null };

/** A container of one tenant. Values are replaced, never changed in place. */
export interface Container {
  /** 64 lower-case hex digits. */
  readonly id: string;
  readonly tenantId: string;
  /** Unique within the tenant. */
  readonly name: string;
  readonly createdAt: Date;
  readonly config: ContainerConfig;
  /** First host uid of its block of 65,536. */
  readonly uidBase: number;
  readonly cgroupPath: string;
  readonly lease: NetworkLease | null;
  /** Decided at start; empty while it does not run. */
  readonly ports: readonly PublishedPort[];
  readonly state: ContainerState;
  /** Whether a restart policy may bring it back: false once a user has stopped it. */
  readonly wanted: boolean;
  readonly restartCount: number;
  readonly run: ContainerRun;
  /** How the run before this one ended, or this one where it has; kept in an archive of its own. */
  readonly lastDeath?: Death;
}
