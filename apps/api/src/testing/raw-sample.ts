import type { RawSample } from '../domain/metrics/metrics.js';

/** Counters and gauges of a container that hardly does anything, on a kernel with PSI. */
export function rawSample(changes: Partial<RawSample> = {}): RawSample {
  return {
    cpuUsageNs: 0,
    cpuThrottledNs: 0,
    memoryBytes: 10,
    memoryInactiveFileBytes: 4,
    memoryLimitBytes: null,
    memoryPeakBytes: 11,
    pids: 1,
    pidsLimit: 1024,
    blockReadBytes: 0,
    blockWriteBytes: 0,
    networkRxBytes: 0,
    networkTxBytes: 0,
    oomKills: 0,
    memoryCacheBytes: 4,
    memorySwapBytes: 0,
    cpuPeriods: 0,
    cpuThrottledPeriods: 0,
    cpuPressureNs: 0,
    memoryPressureNs: 0,
    memoryFullPressureNs: 0,
    ioPressureNs: 0,
    ioFullPressureNs: 0,
    ...changes,
  };
}
