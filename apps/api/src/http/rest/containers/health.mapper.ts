import type { ContainerHealth } from '@keelson/contracts';
import type { Health } from '../../../domain/containers/health/health.js';

export function toHealth(health: Health | null): ContainerHealth | null {
  if (health === null) return null;
  const probes = health.probes.map(({ startedAt, finishedAt, ...probe }) => ({
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    ...probe,
  }));
  return { ...health, probes };
}
