import { z } from 'zod';
import { containerId, timestamp } from './common.js';
import { instant } from './logs.js';

/** One sample of one container. Counters grow since the container's start, gauges are of the moment. */
export const metricsSample = z.object({
  time: timestamp,
  /** CPU time used since start, in nanoseconds. */
  cpuUsageNs: z.number(),
  /** CPUs in use over the last sampling interval, 1.5 = one and a half cores; null in the first sample. */
  cpuCores: z.number().nullable(),
  /** Time the group wanted to run and was held back by its quota, in nanoseconds since start. */
  cpuThrottledNs: z.number(),
  memoryBytes: z.number(),
  /** Usage less inactive page cache: what counts against the limit before reclaim. */
  memoryWorkingSetBytes: z.number(),
  memoryLimitBytes: z.number().nullable(),
  memoryPeakBytes: z.number(),
  pids: z.number(),
  pidsLimit: z.number().nullable(),
  blockReadBytes: z.number(),
  blockWriteBytes: z.number(),
  networkRxBytes: z.number(),
  networkTxBytes: z.number(),
  oomKills: z.number(),
  /** Page cache and files of memory file systems that count as its own. */
  memoryCacheBytes: z.number(),
  /** Null where the kernel does not count it. */
  memorySwapBytes: z.number().nullable(),
  /** CPU quota periods since start, and those in which the quota was used up. */
  cpuPeriods: z.number(),
  cpuThrottledPeriods: z.number(),
  /** Time since start in which some, or (full) all processes waited for want of the thing; null where the kernel has no PSI for groups (cgroup v1). */
  cpuPressureNs: z.number().nullable(),
  memoryPressureNs: z.number().nullable(),
  memoryFullPressureNs: z.number().nullable(),
  ioPressureNs: z.number().nullable(),
  ioFullPressureNs: z.number().nullable(),
});
export type MetricsSample = z.infer<typeof metricsSample>;

/** Answer of `GET /containers/:id/stats`: the newest sample and the history since start that is kept (1 s steps, 10 min). */
export const containerStats = z.object({ current: metricsSample.nullable(), history: z.array(metricsSample) });
export type ContainerStats = z.infer<typeof containerStats>;

/** Seconds between two samples: ten minutes are kept of the first, six hours of the second, seven days of the third. */
export const statsStep = z.union([z.literal(1), z.literal(10), z.literal(60)]);

/** Of `GET /containers/:id/stats/history`. */
export const statsHistoryQuery = z.object({
  /** As `since` of logs: `2026-11-21T08:00:00Z`, seconds since the epoch, or a duration back such as `6h`. */
  since: instant.optional(),
  until: instant.optional(),
  /** Absent: the finest that reaches back to `since`. */
  step: z.coerce.number().pipe(statsStep).optional(),
});

/** Its answer, oldest first; runs of a container follow each other, and with each its counters begin anew. */
export const statsHistory = z.object({ step: statsStep, samples: z.array(metricsSample) });
export type StatsHistory = z.infer<typeof statsHistory>;

/** What a client says on the metrics WebSocket; a new subscription replaces the old one. */
export const metricsSubscription = z.strictObject({
  type: z.literal('subscribe'),
  /** Container ids, or all running containers of the tenant. */
  containers: z.union([z.literal('all'), z.array(containerId).max(1000)]),
  /** Send what is kept of the past first. */
  history: z.boolean().default(false),
});
export type MetricsSubscription = z.input<typeof metricsSubscription>;

/** What the server says on it, once a second for all subscribed containers together. */
export const metricsMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('samples'), samples: z.record(containerId, metricsSample) }),
  z.object({ type: z.literal('history'), container: containerId, samples: z.array(metricsSample) }),
  z.object({ type: z.literal('gap'), messages: z.int() }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
]);
export type MetricsMessage = z.infer<typeof metricsMessage>;
