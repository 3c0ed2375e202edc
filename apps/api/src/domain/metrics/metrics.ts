/** Counters and gauges of one container as the kernel has them. Bytes, nanoseconds, counts; null: no limit is set. */
export interface RawSample {
  readonly cpuUsageNs: number;
  readonly cpuThrottledNs: number;
  readonly memoryBytes: number;
  readonly memoryInactiveFileBytes: number;
  readonly memoryLimitBytes: number | null;
  readonly memoryPeakBytes: number;
  readonly pids: number;
  readonly pidsLimit: number | null;
  readonly blockReadBytes: number;
  readonly blockWriteBytes: number;
  readonly networkRxBytes: number;
  readonly networkTxBytes: number;
  readonly oomKills: number;
  /** Page cache and files of memory file systems that count as its own. */
  readonly memoryCacheBytes: number;
  /** Null where the kernel does not count it. */
  readonly memorySwapBytes: number | null;
  /** CPU quota periods in which it could run, and those in which it used its quota up. */
  readonly cpuPeriods: number;
  readonly cpuThrottledPeriods: number;
  /** Time in which some, or (full) all processes waited for want of the thing; null where the kernel has no PSI for groups (cgroup v1). */
  readonly cpuPressureNs: number | null;
  readonly memoryPressureNs: number | null;
  readonly memoryFullPressureNs: number | null;
  readonly ioPressureNs: number | null;
  readonly ioFullPressureNs: number | null;
}

export interface Sample extends RawSample {
  readonly time: Date;
  /** CPUs in use since the sample before, 1.5 = one and a half; null in a run's first. */
  readonly cpuCores: number | null;
}
