/** What this host has to give, and which limits its kernel knows. */
export interface HostCapacity {
  readonly memoryBytes: number;
  readonly cpus: number;
  /** Numbers of the CPUs that are online. */
  readonly onlineCpus: ReadonlySet<number>;
  /** Numbers of the memory nodes (NUMA) that are online. */
  readonly memoryNodes: ReadonlySet<number>;
  /** Whether a group can have a swappiness of its own: cgroup v1. */
  readonly swappiness: boolean;
  /** Sizes of huge pages that a group can be limited in, as the kernel names them (`2MB`). */
  readonly hugePages: ReadonlySet<string>;
  readonly io: IoControls;
}

/** What the kernel's controller of block I/O can do here. */
export interface IoControls {
  /** Bytes and operations a second of each device. */
  readonly rates: boolean;
  readonly weight: boolean;
}

/** A node below /dev, as the kernel knows it. */
export interface HostDevice {
  readonly type: 'block' | 'char';
  readonly major: number;
  readonly minor: number;
  /** Permission bits and group of the host's node. */
  readonly mode: number;
  readonly gid: number;
  /** The whole disk that it is a part of, for a partition. */
  readonly partitionOf: string | null;
  /** Whether its disk is scheduled by bfq, which weights need. */
  readonly bfq: boolean;
}
