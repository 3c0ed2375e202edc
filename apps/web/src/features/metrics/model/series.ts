import type { MetricsSample } from '@keelson/contracts';

/** The server keeps this many, one a second; more would not be there after a reload. */
const MOST_SAMPLES = 600;
/** So many steps without a sample are a hole in a line. */
const HOLE_STEPS = 3;

export type Line = (number | null)[];

const NAMES = [
  'cpuCores',
  'heldBack',
  'memory',
  'cache',
  'memoryLimit',
  'pids',
  'received',
  'sent',
  'read',
  'written',
  'cpuPressure',
  'memoryPressure',
  'ioPressure',
] as const;
type Name = (typeof NAMES)[number];

/** One x for all lines, in seconds since the epoch; null draws nothing. */
export type Series = Readonly<Record<Name, Line>> & { readonly times: number[] };

/** Samples with another at their end. One that is older than the last came twice. */
export function withSample(samples: readonly MetricsSample[], sample: MetricsSample): readonly MetricsSample[] {
  const last = samples.at(-1);
  if (last && last.time >= sample.time) return samples;
  return [...samples.slice(1 - MOST_SAMPLES), sample];
}

/**
 * Lines to draw of samples `step` seconds apart: gauges as they are, counters as their growth in a second. A hole in time becomes a
 * place without values.
 */
export function seriesOf(samples: readonly MetricsSample[], step = 1): Series {
  const series: Series = { times: [], ...(Object.fromEntries(NAMES.map((name) => [name, []])) as unknown as Record<Name, Line>) };
  let before: MetricsSample | undefined;
  for (const sample of samples) {
    const seconds = before ? secondsOf(sample) - secondsOf(before) : 0;
    if (seconds > HOLE_STEPS * step && before) {
      push(series, secondsOf(before) + step, NOTHING);
      before = undefined;
    }
    push(series, secondsOf(sample), valuesOf(sample, before, seconds, step));
    before = sample;
  }
  return series;
}

const NOTHING: Readonly<Partial<Record<Name, number | null>>> = {};

function push(series: Series, time: number, values: typeof NOTHING): void {
  series.times.push(time);
  for (const name of NAMES) series[name].push(values[name] ?? null);
}

function valuesOf(sample: MetricsSample, before: MetricsSample | undefined, seconds: number, step: number): Record<Name, number | null> {
  const rate = (counter: (of: MetricsSample) => number | null, unit = 1) => {
    const [now, then] = [counter(sample), before ? counter(before) : null];
    // A counter that fell belongs to a new run.
    return now !== null && then !== null && seconds > 0 && now >= then ? (now - then) / seconds / unit : null;
  };
  return {
    // A sample of a coarse step tells of its last second, its counter of all of them.
    cpuCores: step === 1 ? sample.cpuCores : rate((of) => of.cpuUsageNs, NANOSECONDS),
    heldBack: rate((of) => of.cpuThrottledNs, NANOSECONDS),
    memory: sample.memoryWorkingSetBytes,
    cache: sample.memoryCacheBytes,
    memoryLimit: sample.memoryLimitBytes,
    pids: sample.pids,
    received: rate((of) => of.networkRxBytes),
    sent: rate((of) => of.networkTxBytes),
    read: rate((of) => of.blockReadBytes),
    written: rate((of) => of.blockWriteBytes),
    cpuPressure: rate((of) => of.cpuPressureNs, NANOSECONDS),
    memoryPressure: rate((of) => of.memoryPressureNs, NANOSECONDS),
    ioPressure: rate((of) => of.ioPressureNs, NANOSECONDS),
  };
}

const NANOSECONDS = 1e9;
const secondsOf = ({ time }: MetricsSample) => Date.parse(time) / 1000;
