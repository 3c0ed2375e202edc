import { Injectable } from '@nestjs/common';
import { Faults } from '../faults.js';
import type { Sample } from './metrics.js';
import { ARCHIVE_STEPS, type ArchiveStep, MetricsArchive } from './metrics.ports.js';
import { coresBetween } from './sample-row.js';

/** Passes one sample a step on to the archive. Sampling never waits for it: what is due while it still writes is written with the next. */
@Injectable()
export class Archiver {
  private readonly before = new Map<ArchiveStep, ReadonlyMap<string, Sample>>();
  private readonly slots = new Map<ArchiveStep, number>();
  private writing: Promise<void> | undefined;

  constructor(
    private readonly archive: MetricsArchive,
    private readonly faults: Faults,
  ) {}

  take(samples: ReadonlyMap<string, Sample>, time: Date): void {
    if (this.writing || samples.size === 0) return;
    const due = ARCHIVE_STEPS.filter((step) => this.slots.get(step) !== slotOf(time, step));
    if (due.length === 0) return;
    this.writing = this.write(due, samples, time)
      .catch((error: unknown) => this.faults.report('keep the metrics of containers', error))
      .finally(() => {
        this.writing = undefined;
      });
  }

  async settled(): Promise<void> {
    await this.writing;
  }

  private async write(steps: readonly ArchiveStep[], samples: ReadonlyMap<string, Sample>, time: Date): Promise<void> {
    for (const step of steps) {
      const before = this.before.get(step);
      this.slots.set(step, slotOf(time, step));
      this.before.set(step, samples);
      for (const [id, sample] of samples) {
        await this.archive.write(id, step, { ...sample, cpuCores: coresBetween(before?.get(id), sample, time) ?? sample.cpuCores });
      }
    }
  }
}

const slotOf = (time: Date, step: ArchiveStep) => Math.floor(time.getTime() / 1000 / step);
