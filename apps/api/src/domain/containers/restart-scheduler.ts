import { Injectable } from '@nestjs/common';
import { nextDelay } from './restart-policy.js';

interface Plan {
  readonly delayMs: number;
  timer: NodeJS.Timeout | null;
  /** When it was due, by a clock that nobody sets. */
  dueAt: number | null;
}

/** Timers of restart policies. The clock is the monotonic one, so steps of the wall clock change no pause and make no run a healthy one. */
@Injectable()
export class RestartScheduler {
  private readonly plans = new Map<string, Plan>();
  private due: (containerId: string) => void = () => undefined;
  private closed = false;

  /** The one who starts it when its time has come. */
  whenDue(listener: (containerId: string) => void): void {
    this.due = listener;
  }

  /** `ranForMs`: by the wall clock, which counts where this process has not seen the run begin. */
  schedule(containerId: string, ranForMs: number): void {
    if (this.closed) return;
    const previous = this.plans.get(containerId);
    if (previous?.timer) clearTimeout(previous.timer);
    const seen = previous?.dueAt ?? null;
    const delayMs = nextDelay(previous?.delayMs, seen === null ? ranForMs : performance.now() - seen);
    const plan: Plan = { delayMs, timer: null, dueAt: null };
    plan.timer = setTimeout(() => {
      plan.timer = null;
      plan.dueAt = performance.now();
      this.due(containerId);
    }, delayMs);
    this.plans.set(containerId, plan);
  }

  /** Somebody has decided: the pause starts over as well. */
  cancel(containerId: string): void {
    const plan = this.plans.get(containerId);
    if (plan?.timer) clearTimeout(plan.timer);
    this.plans.delete(containerId);
  }

  onApplicationShutdown(): void {
    this.closed = true;
    for (const id of [...this.plans.keys()]) this.cancel(id);
  }
}
