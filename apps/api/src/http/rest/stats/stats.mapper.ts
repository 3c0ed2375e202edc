import type { MetricsSample, statsHistoryQuery, StatsHistory as WireHistory, ContainerStats as WireStats } from '@keelson/contracts';
import type { z } from 'zod';
import type { ContainerStats } from '../../../domain/metrics/get-stats.js';
import type { StatsHistory, StatsHistoryQuery } from '../../../domain/metrics/get-stats-history.js';
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

export function toStatsHistory({ step, samples }: StatsHistory): WireHistory {
  return { step, samples: samples.map(toMetricsSample) };
}

export function toStatsHistoryQuery({ since, until, step }: z.output<typeof statsHistoryQuery>): StatsHistoryQuery {
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }), ...(step !== undefined && { step }) };
}
