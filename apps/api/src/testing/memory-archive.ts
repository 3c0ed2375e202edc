import type { Sample } from '../domain/metrics/metrics.js';
import { type ArchiveStep, MetricsArchive } from '../domain/metrics/metrics.ports.js';

export class MemoryArchive extends MetricsArchive {
  private readonly samples: { id: string; step: ArchiveStep; sample: Sample }[] = [];

  override async write(id: string, step: ArchiveStep, sample: Sample): Promise<void> {
    this.samples.push({ id, step, sample });
  }

  override async read(id: string, step: ArchiveStep, from: Date, to: Date): Promise<Sample[]> {
    const own = this.samples.filter((one) => one.id === id && one.step === step);
    return own.map(({ sample }) => sample).filter(({ time }) => time >= from && time <= to);
  }
}
