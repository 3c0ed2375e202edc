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
}
