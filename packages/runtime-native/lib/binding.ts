import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Entry } from './entries.js';
import type { NativeNet } from './net/native.js';
import type { NativeRootfs } from './rootfs/native.js';

/** Counters of all groups in one array: `STATS_COLUMNS` of lib/stats.ts for each. One sample at a time. */
interface NativeStatsReader {
  add(cgroupPath: string, pid: number): number;
  remove(handle: number): void;
  sample(): Promise<Float64Array>;
}

export interface NativeBinding extends NativeNet, NativeRootfs {
  writeEntries(entries: readonly Entry[]): Promise<void>;
  /**
   * The report's descriptor is ours to close. `onEnd` is called once when the supervisor has ended and was reaped; signal is 0
   * when it exited by itself.
   */
  spawnSupervisor(
    executable: string,
    bundle: string,
    onEnd: (code: number, signal: number) => void,
  ): Promise<{ readonly pid: number; readonly report: number }>;
  /** SIGKILL to a supervisor that this process started and that was not reaped yet. */
  killSupervisor(pid: number): void;
  readonly StatsReader: new () => NativeStatsReader;
}

/** The same distance from `lib/` as from a compiled `dist/`. */
export const builtFile = (name: string) => fileURLToPath(new URL(`../build/Release/${name}`, import.meta.url));

let loaded: NativeBinding | undefined;

/** Loaded at the first use, so that types and pure parts of this package work without a build. */
export function binding(): NativeBinding {
  loaded ??= createRequire(import.meta.url)(builtFile('keelson_runtime.node')) as NativeBinding;
  return loaded;
}
