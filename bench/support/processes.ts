import { readdirSync, readFileSync } from 'node:fs';

export interface Use {
  readonly pssKiB: number;
  readonly threads: number;
  /** Processor time so far. */
  readonly cpuMs: number;
}

/** Of all of these processes together; those that have ended count nothing. */
export function useOf(pids: Iterable<number>): Use {
  let [pssKiB, threads, cpuMs] = [0, 0, 0];
  for (const pid of pids) {
    pssKiB += Number(/^Pss:\s+(\d+)/m.exec(text(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
    for (const task of tasks(pid)) {
      threads++;
      // proc_pid_schedstat: nanoseconds on a processor, which stat has in ticks of 10 ms only.
      cpuMs += Number(text(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0] ?? 0) / 1e6;
    }
  }
  return { pssKiB, threads, cpuMs };
}

/** 0 for one that has ended. */
export const parentOf = (pid: number) => Number(/^PPid:\s+(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0);

/** Of processes whose command line names this directory. */
export function namingDirectory(directory: string): number[] {
  return numbers('/proc').filter((pid) => pid !== process.pid && text(`/proc/${pid}/cmdline`).includes(`${directory}/`));
}

const tasks = (pid: number) => numbers(`/proc/${pid}/task`);

function numbers(directory: string): number[] {
  try {
    return readdirSync(directory)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
