import type { MetricsSample, ContainerStats as WireStats } from '@keelson/contracts';
import type { ContainerStats } from '../../../domain/metrics/get-stats.js';
import type { Sample } from '../../../domain/metrics/metrics.js';

export function toMetricsSample({ time, memoryInactiveFileBytes, ...sample }: Sample): MetricsSample {
  return {
    ...sample,
    time: time.toISOString(),
    memoryWorkingSetBytes: Math.max(0, sample.memoryBytes - memoryInactiveFileBytes),
  };
}

export function toContainerStats({ current, history }: ContainerStats): WireStats {
  return { current: current && toMetricsSample(current), history: history.map(toMetricsSample) };
}
