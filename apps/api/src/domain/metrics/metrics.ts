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
}

export interface Sample extends RawSample {
  readonly time: Date;
  /** CPUs in use since the sample before, 1.5 = one and a half; null in a run's first. */
  readonly cpuCores: number | null;
}
