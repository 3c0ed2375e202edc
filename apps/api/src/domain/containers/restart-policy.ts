import type { Container } from './container.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;
/** A run this long counts as healthy: the next delay is the first one again. */
const HEALTHY_RUN_MS = 10_000;

/** Whether an exit with this code brings the container back by its policy. */
export function shouldRestart(container: Container, exitCode: number): boolean {
  const { name, maximumRetryCount = 0 } = container.config.restartPolicy;
  if (!container.wanted) return false;
  if (name === 'always' || name === 'unless-stopped') return true;
  if (name !== 'on-failure' || exitCode === 0) return false;
  return maximumRetryCount === 0 || container.restartCount < maximumRetryCount;
}

/** `always` means also after a reboot of the host, even where a user had stopped it; `unless-stopped` exists for the difference. */
export function comesBackAfterReboot(container: Container): boolean {
  const { name } = container.config.restartPolicy;
  if (container.run.startedAt === null) return false;
  return name === 'always' || (name === 'unless-stopped' && container.wanted);
}

/** The pause before the next run: 100 ms, doubled with each short run, at most a minute. */
export function nextDelay(previousMs: number | undefined, ranForMs: number): number {
  if (previousMs === undefined || ranForMs >= HEALTHY_RUN_MS) return FIRST_DELAY_MS;
  return Math.min(previousMs * 2, LONGEST_DELAY_MS);
}
