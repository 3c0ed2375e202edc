import type { RawSample, Sample } from './metrics.js';

/** Ten minutes at one a second. */
const CAPACITY = 600;
const FIELDS = [
  'cpuUsageNs',
  'cpuThrottledNs',
  'memoryBytes',
  'memoryInactiveFileBytes',
  'memoryLimitBytes',
  'memoryPeakBytes',
  'pids',
  'pidsLimit',
  'blockReadBytes',
  'blockWriteBytes',
  'networkRxBytes',
  'networkTxBytes',
  'oomKills',
] as const satisfies readonly (keyof RawSample)[];
/** Time and CPUs in use come before the fields; NaN stands for null. */
const WIDTH = FIELDS.length + 2;

/** The newest samples of one container, in one array of numbers: 72 KB each, whatever the garbage collector does. */
export class SampleHistory {
  private readonly values = new Float64Array(CAPACITY * WIDTH);
  private count = 0;

  add(raw: RawSample, time: Date): Sample {
    const sample: Sample = { ...raw, time, cpuCores: this.coresSince(raw, time) };
    const at = (this.count++ % CAPACITY) * WIDTH;
    this.values[at] = time.getTime();
    this.values[at + 1] = sample.cpuCores ?? Number.NaN;
    for (const [offset, field] of FIELDS.entries()) this.values[at + 2 + offset] = raw[field] ?? Number.NaN;
    return sample;
  }

  /** Oldest first. */
  all(): Sample[] {
    const first = Math.max(0, this.count - CAPACITY);
    return Array.from({ length: this.count - first }, (_, index) => this.sampleAt(first + index));
  }

  newest(): Sample | undefined {
    return this.count > 0 ? this.sampleAt(this.count - 1) : undefined;
  }

  private coresSince(raw: RawSample, time: Date): number | null {
    const before = this.newest();
    if (!before) return null;
    const elapsedNs = (time.getTime() - before.time.getTime()) * 1e6;
    // The machine's clock may have been set back.
    return elapsedNs > 0 ? Math.max(0, raw.cpuUsageNs - before.cpuUsageNs) / elapsedNs : null;
  }

  private sampleAt(index: number): Sample {
    const row = this.values.subarray((index % CAPACITY) * WIDTH, (index % CAPACITY) * WIDTH + WIDTH);
    const field = (name: (typeof FIELDS)[number]) => row[FIELDS.indexOf(name) + 2] ?? 0;
    return {
      time: new Date(row[0] ?? 0),
      cpuCores: orNull(row[1]),
      cpuUsageNs: field('cpuUsageNs'),
      cpuThrottledNs: field('cpuThrottledNs'),
      memoryBytes: field('memoryBytes'),
      memoryInactiveFileBytes: field('memoryInactiveFileBytes'),
      memoryLimitBytes: orNull(field('memoryLimitBytes')),
      memoryPeakBytes: field('memoryPeakBytes'),
      pids: field('pids'),
      pidsLimit: orNull(field('pidsLimit')),
      blockReadBytes: field('blockReadBytes'),
      blockWriteBytes: field('blockWriteBytes'),
      networkRxBytes: field('networkRxBytes'),
      networkTxBytes: field('networkTxBytes'),
      oomKills: field('oomKills'),
    };
  }
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
