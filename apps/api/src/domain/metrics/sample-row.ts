import type { RawSample, Sample } from './metrics.js';

/** In the order in which they stand in a row; a new one goes to the end. */
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
  'memoryCacheBytes',
  'memorySwapBytes',
  'cpuPeriods',
  'cpuThrottledPeriods',
  'cpuPressureNs',
  'memoryPressureNs',
  'memoryFullPressureNs',
  'ioPressureNs',
  'ioFullPressureNs',
] as const satisfies readonly (keyof RawSample)[];

/** Numbers of one sample: time and CPUs in use come before the fields. NaN stands for null. */
export const ROW_WIDTH = FIELDS.length + 2;

export function writeRow(row: Float64Array, sample: Sample): void {
  row[0] = sample.time.getTime();
  row[1] = sample.cpuCores ?? Number.NaN;
  for (const [offset, field] of FIELDS.entries()) row[2 + offset] = sample[field] ?? Number.NaN;
}

export function readRow(row: Float64Array): Sample {
  const fields = FIELDS.map((field, offset) => [field, orNull(row[2 + offset])]);
  return { ...(Object.fromEntries(fields) as RawSample), time: new Date(row[0] ?? 0), cpuCores: orNull(row[1]) };
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** CPUs in use between two samples; null without a first one, over a restart, and where the machine's clock was set back. */
export function coresBetween(before: Sample | undefined, raw: RawSample, time: Date): number | null {
  if (!before || raw.cpuUsageNs < before.cpuUsageNs) return null;
  const elapsedNs = (time.getTime() - before.time.getTime()) * 1e6;
  return elapsedNs > 0 ? (raw.cpuUsageNs - before.cpuUsageNs) / elapsedNs : null;
}
