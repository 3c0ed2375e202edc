import { z } from 'zod';

/** The limits of getrlimit(2), named as docker names them. */
export const ulimitName = z.enum([
  'as',
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
]);

export const ulimit = z.strictObject({
  name: ulimitName,
  /** In the limit's own unit, -1 for unlimited. */
  soft: z.int().min(-1),
  /** Absent: as `soft`. Above what the host gives its server it is cut to that. */
  hard: z.int().min(-1).optional(),
});
export type Ulimit = z.infer<typeof ulimit>;

export const hugePageLimit = z.strictObject({
  /** As the kernel names the size: `2MB`, `1GB`. */
  pageSize: z.string().regex(/^[1-9]\d{0,4}(KB|MB|GB)$/),
  limitBytes: z.int().min(0),
});

/** A whole disk of the host, by its node below /dev. */
const blockDevicePath = z.string().max(256).startsWith('/dev/');

const deviceWeight = z.strictObject({ path: blockDevicePath, weight: z.int().min(10).max(1000) });

/** Bytes or operations a second. */
const deviceRate = z.strictObject({ path: blockDevicePath, rate: z.int().min(1) });
const deviceRates = z.array(deviceRate).max(64);

/** A CPU or memory node list as in cpuset(7): `0-2,4`. */
const cpusetList = z
  .string()
  .max(4096)
  .regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/);

/** Limits; an absent field means "no own limit" except pids, which falls back to the default of 1024. */
export const resources = z.strictObject({
  /** Bytes of memory; below 6 MiB or above what the host has it is refused as `limit_invalid`, with a sentence for people. */
  memoryBytes: z.int().min(1).optional(),
  /** Memory plus swap in bytes, -1 for unlimited swap; absent means twice the memory limit, as in Docker. */
  memorySwapBytes: z.int().min(-1).optional(),
  /** Bytes that the kernel takes from this container last when memory runs short; at most the memory limit. */
  memoryReservationBytes: z.int().min(1).optional(),
  /** 0 (swap as little as possible) to 100; cgroup v1 only, the kernel has no such file on v2. */
  memorySwappiness: z.int().min(0).max(100).optional(),
  /** -1000 (never) to 1000 (first): whom the kernel kills when the host runs out. Below what the server itself has it is cut to that. */
  oomScoreAdj: z.int().min(-1000).max(1000).optional(),
  /** CPUs as a decimal, 1.5 = one and a half cores (quota over a 100 ms period). */
  cpus: z.number().positive().max(4096).optional(),
  /** Microseconds of CPU time in each period, instead of `cpus`. */
  cpuQuotaMicros: z.int().min(1000).optional(),
  /** Length of that period, 1,000 to 1,000,000; absent: 100,000. */
  cpuPeriodMicros: z.int().min(1000).max(1_000_000).optional(),
  /** Relative weight, 2–262144, 1024 is the kernel's default. */
  cpuShares: z.int().min(2).max(262_144).optional(),
  cpusetCpus: cpusetList.optional(),
  /** Memory nodes (NUMA). */
  cpusetMems: cpusetList.optional(),
  /** Share of the disks' time under contention, 10–1000; the kernel's default is 100. Needs the scheduler bfq, or iocost on cgroup v2. */
  ioWeight: z.int().min(10).max(1000).optional(),
  /** The same for single disks; these must use the scheduler bfq. */
  ioWeightDevices: z.array(deviceWeight).max(64).optional(),
  /** Bytes a second that the container may read from each disk. Reads and writes that go through to the disk are held back. */
  ioReadBps: deviceRates.optional(),
  ioWriteBps: deviceRates.optional(),
  /** Operations a second. */
  ioReadIops: deviceRates.optional(),
  ioWriteIops: deviceRates.optional(),
  /** Number of processes and threads, -1 for unlimited. */
  pidsLimit: z.int().min(-1).optional(),
  /** One entry a name. */
  ulimits: z.array(ulimit).max(16).optional(),
  /** Size of /dev/shm; absent: 64 MiB. */
  shmSizeBytes: z.int().min(4096).optional(),
  /**
   * Bytes that the container's own files may take, 16 MiB at least and a multiple of 4096; absent: the server's default, and where it has
   * none, no bound. Files on mounts are not counted, nor is the log.
   */
  rootfsSizeBytes: z.int().min(1).optional(),
  /** Bytes of huge pages of one size; needs the kernel's hugetlb controller. */
  hugePages: z.array(hugePageLimit).max(8).optional(),
});
export type Resources = z.infer<typeof resources>;

type Nullable<T extends z.ZodRawShape> = { [K in keyof T]: z.ZodNullable<T[K] & z.ZodType> };

/** Changes of limits: a field that is absent stays as it is, null takes the limit away. */
export const resourcesChange = z.strictObject(
  Object.fromEntries(Object.entries(resources.shape).map(([name, field]) => [name, field.nullable()])) as Nullable<typeof resources.shape>,
);
export type ResourcesChange = z.infer<typeof resourcesChange>;

/** Name → value, in the kernel's dotted spelling. */
export const sysctls = z.record(
  z
    .string()
    .max(128)
    .regex(/^[a-z0-9_]+(\.[a-zA-Z0-9_-]+)+$/),
  z
    .string()
    .max(1024)
    .regex(/^[\x20-\x7e\t]+$/),
);
