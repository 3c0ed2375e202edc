import { Injectable } from '@nestjs/common';
import { Faults } from '../../faults.js';
import type { Container } from '../container.js';
import type { ExitDetails, ExitRecord } from '../containers.ports.js';
import { healthOf } from '../health/health.js';
import type { EndedRun } from '../wait-container.js';
import type { Death, DeathLogLine, DeathUsage, OomVictim } from './death.js';
import { DeathArchive } from './deaths.ports.js';
import { diagnose } from './diagnose.js';
import { SeenProcesses } from './seen-processes.js';
import { sentenceOf } from './sentence.js';

/** What a run's end leaves behind besides its exit: why, who asked, what it had used. */
@Injectable()
export class DeathRecords {
  constructor(
    private readonly archive: DeathArchive,
    private readonly seen: SeenProcesses,
    private readonly faults: Faults,
  ) {}

  /** Of a run that ended: `container` as it was while it ran. */
  ended(container: Container, exit: ExitRecord, rest: { readonly log: readonly DeathLogLine[]; readonly willRestart: boolean }): Death {
    const { details, exitCode, signal, startedAt, finishedAt, oomKilled } = exit;
    return complete(container, {
      ...diagnose(container, exit),
      ...rest,
      exitCode,
      signal,
      coreDumped: details?.coreDumped ?? false,
      oom: oomKilled ? { kills: details?.oomKills ?? 1, victim: victimOf(container, details) } : null,
      usage: details?.usage ? this.completed(container.id, startedAt, details.usage) : null,
      startedAt,
      finishedAt,
      error: null,
    });
  }

  /** Of a run whose end nobody saw. */
  lost(
    container: Container,
    { exitCode, startedAt, finishedAt, error }: EndedRun,
    rest: { readonly log: readonly DeathLogLine[]; readonly willRestart: boolean },
  ): Death {
    const request = container.run.request ?? null;
    return complete(container, { ...UNSEEN, ...rest, cause: 'lost', request, exitCode, startedAt, finishedAt, error });
  }

  /** Of a run that never began. */
  startFailed(container: Container, exitCode: number, error: string): Death {
    const rest = { exitCode, startedAt: null, finishedAt: new Date(), error, log: [], willRestart: false };
    return complete(container, { ...UNSEEN, ...rest, cause: 'start_failed', request: null });
  }

  private completed(containerId: string, startedAt: Date, usage: Omit<DeathUsage, 'pidsPeakSampled'>): DeathUsage {
    const pidsPeakSampled = usage.pidsPeak === null;
    return { ...usage, pidsPeak: usage.pidsPeak ?? this.seen.most(containerId, startedAt), pidsPeakSampled };
  }

  /** Never rejects: a record that cannot be written is told, and what happened goes on. */
  async keep(container: Container, death: Death): Promise<void> {
    await this.archive
      .append(container.id, death)
      .catch((error: unknown) => this.faults.report(`keep the death record of ${container.name}`, error));
  }

  /** After a restart of the server; undefined where it never died. */
  async last(container: Container): Promise<Death | undefined> {
    return (await this.archive.read(container.id)).at(-1);
  }
}

function victimOf({ config }: Container, details: ExitDetails | undefined): OomVictim | null {
  if (!details?.oomVictim) return null;
  const { first, firstKilled, pid, ...victim } = details.oomVictim;
  const pidInside = config.namespaces.pid === 'host' ? pid : null;
  return { ...victim, pid, pidInside: first ? (pidInside ?? 1) : pidInside };
}

const UNSEEN = { sender: null, signal: 0, coreDumped: false, oom: null, usage: null };

function complete(container: Container, facts: Omit<Death, 'number' | 'sentence' | 'restartCount' | 'health'>): Death {
  const death = {
    ...facts,
    number: (container.lastDeath?.number ?? 0) + 1,
    restartCount: container.restartCount,
    health: facts.startedAt && healthOf(container),
  };
  return { ...death, sentence: sentenceOf(death) };
}
