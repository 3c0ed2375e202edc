import { DomainError } from '../../errors.js';
import type { ImageHealthcheck } from '../../images/images.js';
import type { Container } from '../container.js';

/** What an image can say about it, and what to do about an unhealthy container. */
export interface Healthcheck extends ImageHealthcheck {
  readonly onUnhealthy: 'mark' | 'restart' | 'stop';
}

type HealthStatus = 'starting' | 'healthy' | 'unhealthy';

export interface Probe {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** -1: it did not end by itself, or could not be run; the output says why. */
  readonly exitCode: number;
  /** The first 4 KiB of both streams. */
  readonly output: string;
}

export interface Health {
  readonly status: HealthStatus;
  /** Failures since the last success. */
  readonly failingStreak: number;
  /** The newest last, at most five. */
  readonly probes: readonly Probe[];
}

const KEPT_PROBES = 5;
const UNKNOWN: Health = { status: 'starting', failingStreak: 0, probes: [] };

/** null: nobody asks how it is. */
export function healthOf({ config, run }: Pick<Container, 'config' | 'run'>): Health | null {
  return config.healthcheck ? (run.health ?? UNKNOWN) : null;
}

/** What was asked for; where nothing was (undefined), what the image says, which may only mark. null: none. */
export function chosenHealthcheck(wanted: Healthcheck | null | undefined, ofImage: ImageHealthcheck | null): Healthcheck | null {
  if (wanted === undefined) return ofImage && { ...ofImage, onUnhealthy: 'mark' };
  checkHealthcheck(wanted);
  return wanted;
}

/** Throws `invalid_input` for what zod's single fields cannot say. */
function checkHealthcheck(healthcheck: Healthcheck | null): void {
  if (healthcheck === null || healthcheck.command[0]) return;
  throw new DomainError('invalid_input', 'a health check needs a command; give one, or leave the health check out', {
    field: 'healthcheck.command',
  });
}

/** What a probe changes, as docker counts: a success ends every doubt, a failure counts once the container had its time to start. */
export function afterProbe(health: Health, probe: Probe, rules: { readonly retries: number; readonly excused: boolean }): Health {
  const probes = [...health.probes, probe].slice(-KEPT_PROBES);
  if (probe.exitCode === 0) return { status: 'healthy', failingStreak: 0, probes };
  if (rules.excused && health.status === 'starting') return { ...health, probes };
  const failingStreak = health.failingStreak + 1;
  return { status: failingStreak >= rules.retries ? 'unhealthy' : health.status, failingStreak, probes };
}

/** Milliseconds until the next probe is due. After a restart of the server the last one's time still counts. */
export function untilNextProbe(container: Container, healthcheck: Healthcheck, now: number): number {
  const { startedAt } = container.run;
  const last = healthOf(container)?.probes.at(-1)?.finishedAt ?? startedAt;
  const interval = isStarting(container, healthcheck, now) ? healthcheck.startIntervalSeconds : healthcheck.intervalSeconds;
  // A step of the wall clock must neither skip probes for hours nor ask without pause.
  const due = (last?.getTime() ?? now) + interval * 1000 - now;
  return Math.min(Math.max(due, 0), interval * 1000);
}

/** Whether it has its start period still before it and has not answered yet. */
export function isStarting(container: Container, { startPeriodSeconds }: Healthcheck, now: number): boolean {
  const since = now - (container.run.startedAt?.getTime() ?? now);
  return healthOf(container)?.status === 'starting' && since < startPeriodSeconds * 1000;
}
