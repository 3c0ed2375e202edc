import { readFile } from 'node:fs/promises';

/** The supervisor of a container, by the host pid of its PID 1. */
export async function supervisorOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\t(\d+)$/m.exec(status)?.[1]);
}

/** Whether a process runs: one that has ended and waits for its new parent to take notice does not. */
export async function lives(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !'ZX'.includes(stat[stat.lastIndexOf(')') + 2] ?? 'X');
}
