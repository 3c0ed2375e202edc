import { z } from 'zod';
import { containerId, timestamp } from './common.js';

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
});
export type MetricsSample = z.infer<typeof metricsSample>;

/** Answer of `GET /containers/:id/stats`: the newest sample and the history since start that is kept (1 s steps, 10 min). */
export const containerStats = z.object({ current: metricsSample.nullable(), history: z.array(metricsSample) });
export type ContainerStats = z.infer<typeof containerStats>;

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
