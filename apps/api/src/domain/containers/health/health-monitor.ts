import { Injectable } from '@nestjs/common';
import { systemPrincipal } from '../../access/principal.js';
import { Faults } from '../../faults.js';
import type { Container } from '../container.js';
import { containerEvent, SYSTEM_ACTOR } from '../container-events.js';
import { ContainerLocks } from '../container-locks.js';
import { ContainerRegistry } from '../container-registry.js';
import { RestartContainer } from '../restart-container.js';
import { StopContainer } from '../stop-container.js';
import { afterProbe, type Health, type Healthcheck, healthOf, isStarting, type Probe, untilNextProbe } from './health.js';
import { HealthProbe } from './health-probe.js';
import { Places } from './places.js';

/** Probes of all containers at a time: each costs a process inside and a connection. */
const AT_ONCE = 16;

interface Watched {
  /** Names the run. */
  readonly startedAt: number;
  timer: NodeJS.Timeout | null;
}

/**
 * Asks containers how they are, one probe after the other for each, and does what their policy says when one turns unhealthy. Follows the
 * records: what runs is asked, what is paused or has ended is not.
 */
@Injectable()
export class HealthMonitor {
  private readonly watched = new Map<string, Watched>();
  private readonly places = new Places(AT_ONCE);
  private closed = false;

  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
    private readonly probe: HealthProbe,
    private readonly restartContainer: RestartContainer,
    private readonly stopContainer: StopContainer,
    private readonly faults: Faults,
  ) {
    registry.onChange((container) => this.follow(container));
  }

  onApplicationShutdown(): void {
    this.closed = true;
    for (const { timer } of this.watched.values()) if (timer) clearTimeout(timer);
    this.watched.clear();
  }

  private follow(container: Container): void {
    const { healthcheck } = container.config;
    const known = this.watched.get(container.id);
    const startedAt = container.run.startedAt?.getTime() ?? 0;
    if (healthcheck && container.state === 'running') {
      if (known?.startedAt === startedAt) return;
      if (known?.timer) clearTimeout(known.timer);
      this.plan(container, healthcheck);
    } else if (known) {
      if (known.timer) clearTimeout(known.timer);
      this.watched.delete(container.id);
    }
  }

  private plan(container: Container, healthcheck: Healthcheck): void {
    if (this.closed) return;
    const watched: Watched = { startedAt: container.run.startedAt?.getTime() ?? 0, timer: null };
    watched.timer = setTimeout(
      () => {
        watched.timer = null;
        this.ask(watched, container.id, healthcheck).catch((error: unknown) =>
          this.faults.report(`check the health of ${container.name}`, error),
        );
      },
      untilNextProbe(container, healthcheck, Date.now()),
    );
    this.watched.set(container.id, watched);
  }

  /** The next probe is planned when this one is over: two of one container never run side by side. */
  private async ask(watched: Watched, id: string, healthcheck: Healthcheck): Promise<void> {
    const isCurrent = () => this.watched.get(id) === watched && !this.closed;
    const probe = await this.places.during(async () => {
      const container = this.registry.get(id);
      return container && isCurrent() ? this.probe.run(container, healthcheck) : null;
    });
    if (!probe || !isCurrent()) return;
    const turned = await this.locks.run(id, () => this.note(id, watched, probe));
    const container = this.registry.get(id);
    if (container && isCurrent()) this.plan(container, healthcheck);
    if (container && turned === 'unhealthy') await this.act(container, healthcheck);
  }

  /** Returns the status where it has changed. Only changes are stored: a probe that says the same again is kept in memory. */
  private async note(id: string, watched: Watched, probe: Probe): Promise<Health['status'] | null> {
    const container = this.registry.get(id);
    const healthcheck = container?.config.healthcheck;
    const before = container && healthOf(container);
    if (!healthcheck || !before || container.state !== 'running' || container.run.startedAt?.getTime() !== watched.startedAt) return null;
    const excused = isStarting(container, healthcheck, probe.startedAt.getTime());
    const health = afterProbe(before, probe, { retries: healthcheck.retries, excused });
    const noted: Container = { ...container, run: { ...container.run, health } };
    const turned = health.status === before.status ? null : health.status;
    if (turned) {
      const event = containerEvent(noted, 'container.health', SYSTEM_ACTOR, {
        status: turned,
        failingStreak: String(health.failingStreak),
      });
      await this.registry.observe(noted, event);
    } else if (health.failingStreak !== before.failingStreak) {
      await this.registry.observe(noted);
    } else {
      this.registry.note(noted);
    }
    return turned;
  }

  private async act(container: Container, { onUnhealthy }: Healthcheck): Promise<void> {
    const principal = systemPrincipal({ id: container.tenantId, name: container.tenantId });
    if (onUnhealthy === 'restart') await this.restartContainer.execute(principal, container.id);
    if (onUnhealthy === 'stop') await this.stopContainer.execute(principal, container.id);
  }
}
