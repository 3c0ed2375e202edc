import { binding } from './binding.js';
import { fromNative } from './errors.js';

/** Counters since the group was made, and gauges of the moment; nanoseconds, bytes and counts. */
export interface RawSample {
  readonly cpuUsageNs: number;
  readonly cpuThrottledNs: number;
  readonly memoryBytes: number;
  readonly memoryInactiveFileBytes: number;
  /** Null: no limit. */
  readonly memoryLimitBytes: number | null;
  readonly memoryPeakBytes: number;
  readonly pids: number;
  readonly pidsLimit: number | null;
  readonly blockReadBytes: number;
  readonly blockWriteBytes: number;
  readonly networkRxBytes: number;
  readonly networkTxBytes: number;
  readonly oomKills: number;
  /** Page cache and files of memory file systems that count as its own. */
  readonly memoryCacheBytes: number;
  /** Null where the kernel does not count it. */
  readonly memorySwapBytes: number | null;
  /** CPU quota periods in which it could run, and those in which it used its quota up. */
  readonly cpuPeriods: number;
  readonly cpuThrottledPeriods: number;
  /** Time in which some, or (full) all processes waited for want of the thing; null where the kernel has no PSI for groups (cgroup v1). */
  readonly cpuPressureNs: number | null;
  readonly memoryPressureNs: number | null;
  readonly memoryFullPressureNs: number | null;
  readonly ioPressureNs: number | null;
  readonly ioFullPressureNs: number | null;
}

/** The columns of a row, in the order in which src/addon/stats_binding.cc writes them; before them stand the handle and "gone". */
const COLUMNS = [
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

const ROW = COLUMNS.length + 2;

/**
 * Reads the counters of many containers in one go, on a worker thread and through files that stay open. Network bytes are those
 * of the network namespace of `pid` (loopback left out); give null for a container without one of its own.
 */
export class StatsReader {
  readonly #native = new (binding().StatsReader)();
  readonly #handles = new Map<string, number>();
  #running: Promise<Map<string, RawSample | null>> | undefined;

  /** `cgroupPath` is absolute below the hierarchies' roots, as in `linux.cgroupsPath`. A second add of an id replaces the first. */
  add(id: string, cgroupPath: string, pid: number | null): void {
    this.remove(id);
    this.#handles.set(id, this.#native.add(cgroupPath, pid ?? 0));
  }

  remove(id: string): void {
    const handle = this.#handles.get(id);
    if (handle === undefined) return;
    this.#handles.delete(id);
    this.#native.remove(handle);
  }

  /** Null for a container whose group is gone. A call during another one gets the same answer. */
  sample(): Promise<Map<string, RawSample | null>> {
    this.#running ??= this.#read().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #read(): Promise<Map<string, RawSample | null>> {
    const ids = new Map([...this.#handles].map(([id, handle]) => [handle, id]));
    const rows = await this.#native.sample().catch((error: unknown) => {
      throw fromNative(error);
    });
    const samples = new Map<string, RawSample | null>();
    for (let at = 0; at + ROW <= rows.length; at += ROW) {
      const id = ids.get(rows[at] ?? 0);
      if (id !== undefined) samples.set(id, rows[at + 1] === 0 ? sampleOf(rows, at + 2) : null);
    }
    return samples;
  }
}

function sampleOf(rows: Float64Array, start: number): RawSample {
  const entries = COLUMNS.map((name, column) => [name, finite(rows[start + column] ?? 0)]);
  return Object.fromEntries(entries) as RawSample;
}

const finite = (value: number): number | null => (value === Number.POSITIVE_INFINITY ? null : value);
