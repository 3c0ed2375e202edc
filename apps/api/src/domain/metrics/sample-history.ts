import type { RawSample, Sample } from './metrics.js';
import { coresBetween, ROW_WIDTH, readRow, writeRow } from './sample-row.js';

/** Ten minutes at one a second. */
const CAPACITY = 600;

/** The newest samples of one container, in one array of numbers: 115 KB each, whatever the garbage collector does. */
export class SampleHistory {
  private readonly values = new Float64Array(CAPACITY * ROW_WIDTH);
  private count = 0;

  add(raw: RawSample, time: Date): Sample {
    const sample: Sample = { ...raw, time, cpuCores: coresBetween(this.newest(), raw, time) };
    writeRow(this.row(this.count++), sample);
    return sample;
  }

  /** Oldest first. */
  all(): Sample[] {
    const first = Math.max(0, this.count - CAPACITY);
    return Array.from({ length: this.count - first }, (_, index) => readRow(this.row(first + index)));
  }

  newest(): Sample | undefined {
    return this.count > 0 ? readRow(this.row(this.count - 1)) : undefined;
  }

  private row(index: number): Float64Array {
    const start = (index % CAPACITY) * ROW_WIDTH;
    return this.values.subarray(start, start + ROW_WIDTH);
  }
}
