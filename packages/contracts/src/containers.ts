import { z } from 'zod';
import { containerId, containerName, digest, environment, labels, singleLine, timestamp } from './common.js';
import { death } from './deaths.js';
import { cdiDevices, deviceRules, devices, gpus } from './devices.js';
import { containerHealth, healthcheck, healthStatus } from './health.js';
import { containerMount, mountDetail } from './mounts.js';
import { resources, resourcesChange, sysctls } from './resources.js';
import { security } from './security.js';

/** `restarting` is the back-off between two runs under a restart policy. */
export const containerState = z.enum(['created', 'starting', 'running', 'paused', 'stopping', 'restarting', 'exited', 'removing']);
export type ContainerState = z.infer<typeof containerState>;

export const portMapping = z.object({
  /** Absent or 0: the server picks a free port. */
  hostPort: z.int().min(0).max(65_535).optional(),
  /** Absent: all addresses of the host. */
  hostAddress: z.union([z.ipv4(), z.ipv6()]).optional(),
  containerPort: z.int().min(1).max(65_535),
  protocol: z.literal('tcp').default('tcp'),
});
export type PortMapping = z.infer<typeof portMapping>;

export const restartPolicy = z.object({
  name: z.enum(['no', 'always', 'unless-stopped', 'on-failure']),
  /** Only with on-failure; 0 means without bound. */
  maximumRetryCount: z.int().min(0).optional(),
});
export type RestartPolicy = z.infer<typeof restartPolicy>;

export const networkMode = z.enum(['bridge', 'none', 'host']);
export type NetworkMode = z.infer<typeof networkMode>;

/** `container:` and the id or name of another container, which must run when this one starts: both then have one network. */
const joined = z.templateLiteral(['container:', z.string().min(1).max(128)]);
const joinedNetwork = joined;

/**
 * Whose namespaces it lives in. `host` needs the role admin and a word in `KEELSON_HOST_NAMESPACES`. `container:` and the id or name of another
 * container, which must run when this one starts: both then share that namespace, the user namespace and its block of host ids. `ipc` and `uts`
 * of another container go with its `pid`.
 */
export const namespaceModes = z.strictObject({
  pid: z.union([z.enum(['private', 'host']), joined]).default('private'),
  /** `shareable`: others may use it, `/dev/shm` included. `none`: its own, without `/dev/shm`. */
  ipc: z.union([z.enum(['private', 'shareable', 'none', 'host']), joined]).default('private'),
  uts: z.union([z.enum(['private', 'host']), joined]).default('private'),
  cgroup: z.enum(['private', 'host']).default('private'),
  /** Never the host's. */
  user: z.enum(['private', 'host']).default('private'),
});

const seconds = z.int().min(-9_000_000_000).max(9_000_000_000);

/** What clocks show inside beyond those of the host; a time before zero is refused at the start. */
export const timeOffsets = z.strictObject({ monotonicSeconds: seconds.optional(), boottimeSeconds: seconds.optional() });

/** What the log of a container may take of the disk: the oldest part goes when there would be one too many. */
export const logCaps = z.object({
  /** Bytes of one part, 128 KiB to 1 TiB. */
  maxBytes: z
    .int()
    .min(1)
    .default(16 * 1024 * 1024),
  /** Parts that are kept, 1 to 1000, the one that is written to included. */
  maxFiles: z.int().min(1).default(5),
});
export type LogCaps = z.infer<typeof logCaps>;

export const createContainerInput = z.strictObject({
  /** Absent: a readable name is made up. */
  name: containerName.optional(),
  /** Any image reference or image id known here. */
  image: z.string().min(1).max(512),
  /** Replaces the image's command (its entrypoint stays). */
  command: z.array(z.string().max(131_072)).max(4096).optional(),
  /** Replaces the image's entrypoint; an empty array clears it. */
  entrypoint: z.array(z.string().max(131_072)).max(4096).optional(),
  env: environment.optional(),
  workingDir: singleLine.startsWith('/').optional(),
  /** `uid`, `uid:gid`, `name` or `name:group`. */
  user: singleLine.max(256).optional(),
  hostname: z
    .string()
    .max(63)
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/)
    .optional(),
  tty: z.boolean().default(false),
  /** Keep stdin open so that a terminal can attach and type. */
  openStdin: z.boolean().default(false),
  resources: resources.optional(),
  /** Kernel settings of the container's own namespaces: `net.*`, `fs.mqueue.*` and the System V limits of `kernel.*`; others are refused. */
  sysctls: sysctls.default({}),
  /** Nodes of the host's devices; for administrators. */
  devices: devices.default([]),
  /** Further devices that nodes may be opened of; for administrators. Everything else stays denied. */
  deviceRules: deviceRules.default([]),
  /** GPUs that a CDI spec of the host describes, as docker's `--gpus`; for administrators. */
  gpus: gpus.nullable().default(null),
  /** Devices by their names in CDI specs, `vendor.com/class=name`, with the nodes, files and variables that their specs give; for administrators. */
  cdiDevices: cdiDevices.default([]),
  ports: z.array(portMapping).max(256).default([]),
  network: z.union([networkMode, joinedNetwork]).default('bridge'),
  namespaces: namespaceModes.prefault({}),
  /** A time namespace of its own; null: the host's clocks. */
  timeOffsets: timeOffsets.nullable().default(null),
  restartPolicy: restartPolicy.default({ name: 'no' }),
  labels: labels.default({}),
  log: logCaps.prefault({}),
  /** `SIGTERM`, `TERM`, `RTMIN+3` or a number; absent: the image's, else SIGTERM. */
  stopSignal: z.string().max(16).optional(),
  /** Seconds between the stop signal and SIGKILL where a request to stop names none. */
  stopTimeoutSeconds: z.int().min(0).max(3600).default(10),
  /** Runs a small process 1 before the program, which hands signals on and reaps orphans. */
  init: z.boolean().default(false),
  /** Nothing outside of mounts can be written. */
  readonlyRootfs: z.boolean().default(false),
  mounts: z.array(containerMount).max(128).default([]),
  security: security.prefault({}),
  /** Absent: the image's. null: none. */
  healthcheck: healthcheck.nullable().optional(),
  /** Start right after creation. */
  start: z.boolean().default(false),
});
/** What a client sends; defaults may be left out. */
export type CreateContainerInput = z.input<typeof createContainerInput>;
/** What the server works with. */
export type CreateContainerBody = z.output<typeof createContainerInput>;

export const publishedPort = z.object({
  hostAddress: z.string(),
  hostPort: z.int(),
  containerPort: z.int(),
  protocol: z.literal('tcp'),
});

export const containerSummary = z.object({
  id: containerId,
  name: z.string(),
  image: z.string(),
  imageId: digest,
  command: z.array(z.string()),
  state: containerState,
  /** null: it has no health check. */
  healthStatus: healthStatus.nullable(),
  /** The exit code of the last run, while exited or restarting. */
  exitCode: z.int().nullable(),
  oomKilled: z.boolean(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
  ports: z.array(publishedPort),
  labels,
  resources,
});
export type ContainerSummary = z.infer<typeof containerSummary>;

export const containerDetail = containerSummary.extend({
  /** Host pid of the container's PID 1 while running. */
  pid: z.int().nullable(),
  /** Why the last start failed, or why the supervisor was lost. */
  error: z.string().nullable(),
  restartCount: z.int(),
  env: z.array(z.string()),
  workingDir: z.string(),
  user: z.string(),
  hostname: z.string(),
  tty: z.boolean(),
  openStdin: z.boolean(),
  sysctls,
  devices,
  deviceRules,
  gpus: gpus.nullable(),
  cdiDevices,
  restartPolicy,
  log: logCaps,
  stopSignal: z.string(),
  stopTimeoutSeconds: z.int(),
  init: z.boolean(),
  readonlyRootfs: z.boolean(),
  /** Where its own files lie. */
  rootfs: z.object({
    /**
     * What keeps `resources.rootfsSizeBytes`: a project quota of the host's filesystem, or an image file of that size; a plain directory
     * has no size.
     */
    keptBy: z.enum(['project-quota', 'image-file', 'directory']),
    /** Bytes they take of the disk; null where nobody counts, and in answers to anything but GET. */
    usedBytes: z.number().nullable(),
  }),
  mounts: z.array(mountDetail),
  security,
  namespaces: namespaceModes,
  timeOffsets: timeOffsets.nullable(),
  healthcheck: healthcheck.nullable(),
  /** What its health check has found in this run; null without one. */
  health: containerHealth.nullable(),
  /** How its last run, or the last try to start it, ended; also while it runs again. Null before the first. */
  lastDeath: death.nullable(),
  network: z.object({
    /** `container:` and an id: it uses that container's network. */
    mode: z.union([networkMode, joinedNetwork]),
    ipv4: z.string().nullable(),
    ipv6: z.string().nullable(),
    gatewayIpv4: z.string().nullable(),
    gatewayIpv6: z.string().nullable(),
    macAddress: z.string().nullable(),
  }),
  /** First host uid of the container's block of 65,536. */
  hostUidBase: z.int(),
  cgroupPath: z.string(),
});
export type ContainerDetail = z.infer<typeof containerDetail>;

export const containerList = z.array(containerSummary);

/**
 * `PATCH /containers/:id`. Everything that is given is checked first and then changed together: a value that is refused changes
 * nothing. A running container takes limits and device rules at once; the other fields wait for its next start.
 */
export const updateContainerInput = z.strictObject({
  resources: resourcesChange.optional(),
  restartPolicy: restartPolicy.optional(),
  /** Replace what was there. */
  sysctls: sysctls.optional(),
  devices: devices.optional(),
  deviceRules: deviceRules.optional(),
  /** What to do where the container runs and a field can only take effect at its next start: refuse everything, or record it for then. */
  whenRestartNeeded: z.enum(['refuse', 'record']).default('refuse'),
});
/** What a client sends; defaults may be left out. */
export type UpdateContainerInput = z.input<typeof updateContainerInput>;

export const updateContainerResult = z.object({
  container: containerDetail,
  /** Fields that take effect at the next start; empty where all are in force. */
  requiresRestart: z.array(z.string()),
});
export type UpdateContainerResult = z.infer<typeof updateContainerResult>;

export const stopContainerInput = z.strictObject({
  /** Seconds between the stop signal and SIGKILL; absent: the container's own. */
  timeoutSeconds: z.int().min(0).max(3600).optional(),
});

export const killContainerInput = z.strictObject({
  /** `SIGTERM`, `TERM` or a number. */
  signal: z.union([z.string().max(16), z.int().min(1).max(64)]).default('SIGKILL'),
});

export const renameContainerInput = z.strictObject({ name: containerName });

export const removeContainerQuery = z.object({
  /** Kill it first when it runs. */
  force: z.stringbool().default(false),
});

/** Answer of `POST /containers/:id/wait`, which returns when the container is not running. */
export const waitResult = z.object({
  exitCode: z.int(),
  oomKilled: z.boolean(),
  finishedAt: timestamp,
});
export type WaitResult = z.infer<typeof waitResult>;

export const execInput = z.strictObject({
  command: z.array(z.string().max(131_072)).min(1).max(4096),
  user: singleLine.max(256).optional(),
  workingDir: singleLine.startsWith('/').optional(),
  env: environment.optional(),
  /** Text given to the process as stdin, then closed. */
  stdin: z.string().max(1_048_576).optional(),
});
export type ExecInput = z.input<typeof execInput>;

export const execResult = z.object({
  exitCode: z.int(),
  /** UTF-8; bytes that are not are replaced. Each stream is cut at 1 MiB, `truncated` says so. */
  stdout: z.string(),
  stderr: z.string(),
  truncated: z.boolean(),
});
export type ExecResult = z.infer<typeof execResult>;
