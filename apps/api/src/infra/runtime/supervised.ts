import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readState } from '@keelson/runtime-native';
import type { ContainerPaths } from './container-paths.js';

/** A supervisor drains its clients for a bounded time before it goes. */
const PATIENCE_MS = 15_000;
const POLL_MS = 5;

/** Whether the supervisor that wrote the run directory's state still lives. */
export async function isSupervised(paths: ContainerPaths): Promise<boolean> {
  const state = await readState(join(paths.run, 'state.json'));
  return state !== null && isProcess(state.supervisorPid, state.supervisorStartTicks);
}

/** Waits for a supervisor that is tidying up after its container. False: it is still there. */
export async function untilUnsupervised(paths: ContainerPaths): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (await isSupervised(paths)) {
    if (performance.now() > end) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** A pid alone may have been used again; together with its start time (proc_pid_stat(5), field 22) it names one process. */
async function isProcess(pid: number, startTicks: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The command, in parentheses, may hold spaces: fields count from behind it, where the state is field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] !== 'Z' && fields[0] !== 'X' && Number(fields[22 - 3]) === startTicks;
}
