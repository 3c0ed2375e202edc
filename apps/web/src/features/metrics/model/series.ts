import type { MetricsSample } from '@keelson/contracts';

/** The server keeps this many, one a second; more would not be there after a reload. */
const MOST_SAMPLES = 600;
/** Longer without a sample than this is a hole in a line. */
const HOLE_SECONDS = 3;

export type Line = (number | null)[];

/** One x for all lines, in seconds since the epoch; null draws nothing. */
export interface Series {
  readonly times: number[];
  readonly cpuCores: Line;
  readonly memory: Line;
  readonly pids: Line;
  readonly received: Line;
  readonly sent: Line;
  readonly read: Line;
  readonly written: Line;
}

/** Samples with another at their end. One that is older than the last came twice. */
export function withSample(samples: readonly MetricsSample[], sample: MetricsSample): readonly MetricsSample[] {
  const last = samples.at(-1);
  if (last && last.time >= sample.time) return samples;
  return [...samples.slice(1 - MOST_SAMPLES), sample];
}

/** Lines to draw: gauges as they are, counters as their growth in a second. A hole in time becomes a place without values. */
export function seriesOf(samples: readonly MetricsSample[]): Series {
  const series: Series = { times: [], cpuCores: [], memory: [], pids: [], received: [], sent: [], read: [], written: [] };
  let before: MetricsSample | undefined;
  for (const sample of samples) {
    const seconds = before ? secondsOf(sample) - secondsOf(before) : 0;
    if (seconds > HOLE_SECONDS && before) {
      push(series, secondsOf(before) + 1, undefined, undefined, 0);
      before = undefined;
    }
    push(series, secondsOf(sample), sample, before, seconds);
    before = sample;
  }
  return series;
}

function push(series: Series, time: number, sample: MetricsSample | undefined, before: MetricsSample | undefined, seconds: number): void {
  const rate = (counter: (of: MetricsSample) => number) =>
    // A counter that fell belongs to a new run.
    sample && before && seconds > 0 && counter(sample) >= counter(before) ? (counter(sample) - counter(before)) / seconds : null;
  series.times.push(time);
  series.cpuCores.push(sample?.cpuCores ?? null);
  series.memory.push(sample?.memoryWorkingSetBytes ?? null);
  series.pids.push(sample?.pids ?? null);
  series.received.push(rate(({ networkRxBytes }) => networkRxBytes));
  series.sent.push(rate(({ networkTxBytes }) => networkTxBytes));
  series.read.push(rate(({ blockReadBytes }) => blockReadBytes));
  series.written.push(rate(({ blockWriteBytes }) => blockWriteBytes));
}

const secondsOf = ({ time }: MetricsSample) => Date.parse(time) / 1000;
