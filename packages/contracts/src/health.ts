import { z } from 'zod';
import { timestamp } from './common.js';

const seconds = (least: number, most: number) => z.number().min(least).max(most);
const DAY = 86_400;

/** A command that is run inside again and again to find out whether the container does its work; exit code 0 means that it does. */
export const healthcheck = z.strictObject({
  /** Program and arguments; for a shell's words: `["sh", "-c", "…"]`. It runs as the container's user. */
  command: z.array(z.string().max(131_072)).min(1).max(4096),
  /** Between the end of one probe and the next. */
  intervalSeconds: seconds(0.1, DAY).default(30),
  /** A probe that takes longer is killed and counts as failed. */
  timeoutSeconds: seconds(0.1, 3600).default(30),
  /** Failures in a row that make it unhealthy. */
  retries: z.int().min(1).max(1000).default(3),
  /** Failures this soon after the start do not count, until the first success. */
  startPeriodSeconds: seconds(0, DAY).default(0),
  /** The interval within the start period. */
  startIntervalSeconds: seconds(0.1, DAY).default(5),
  /** What to do when it turns unhealthy: only say so, restart it, or stop it. */
  onUnhealthy: z.enum(['mark', 'restart', 'stop']).default('mark'),
});
export type Healthcheck = z.infer<typeof healthcheck>;

export const healthStatus = z.enum(['starting', 'healthy', 'unhealthy']);
export type HealthStatus = z.infer<typeof healthStatus>;

export const healthProbe = z.object({
  startedAt: timestamp,
  finishedAt: timestamp,
  /** -1: it was killed after its timeout or could not be run; the output says which. */
  exitCode: z.int(),
  /** The first 4 KiB of both streams. */
  output: z.string(),
});

export const containerHealth = z.object({
  status: healthStatus,
  /** Failures since the last success. */
  failingStreak: z.int(),
  /** The newest last, at most five. */
  probes: z.array(healthProbe),
});
export type ContainerHealth = z.infer<typeof containerHealth>;
