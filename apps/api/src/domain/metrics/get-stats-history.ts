import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { ContainerRegistry } from '../containers/container-registry.js';
import { parseInstant } from '../logs/instant.js';
import type { Sample } from './metrics.js';
import { MetricsArchive } from './metrics.ports.js';
import { Sampler } from './sampler.js';

/** Seconds between samples, and for how many seconds they are kept. */
const TIERS = [
  { step: 1, kept: 600 },
  { step: 10, kept: 6 * 3600 },
  { step: 60, kept: 7 * 86_400 },
] as const;
type Step = (typeof TIERS)[number]['step'];

export interface StatsHistoryQuery {
  /** As `parseInstant` reads them. */
  readonly since?: string;
  readonly until?: string;
  readonly step?: Step;
}

export interface StatsHistory {
  readonly step: Step;
  readonly samples: readonly Sample[];
}

@Injectable()
export class GetStatsHistory {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly sampler: Sampler,
    private readonly archive: MetricsArchive,
  ) {}

  async execute(principal: Principal, reference: string, query: StatsHistoryQuery): Promise<StatsHistory> {
    const { id } = this.registry.find(principal.tenant.id, reference);
    const now = new Date();
    const until = query.until === undefined ? now : dateOf(query.until, 'until', now);
    const since = query.since === undefined ? undefined : dateOf(query.since, 'since', now);
    const step = query.step ?? finest(since, now);
    const from = since ?? new Date(0);
    if (step !== 1) return { step, samples: await this.archive.read(id, step, from, until) };
    return { step, samples: this.sampler.history(id).filter(({ time }) => time >= from && time <= until) };
  }
}

function finest(since: Date | undefined, now: Date): Step {
  const age = since ? (now.getTime() - since.getTime()) / 1000 : 0;
  return TIERS.find(({ kept }) => age <= kept)?.step ?? 60;
}

function dateOf(text: string, field: string, now: Date): Date {
  return new Date(Number(parseInstant(text, field, now) / 1_000_000n));
}
