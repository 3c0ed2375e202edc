import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isErrno } from '../../errno.js';
import { mountPoints } from '../files/mount-points.js';

const SIGKILL = 'SIGKILL';
/** The kernel empties a group a moment after its processes were killed; longer means that one hangs. */
const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/**
 * Ends what is left in a container's group and removes the group, in every hierarchy (v1 has one for each controller). For
 * containers whose supervisor is gone; a living one does this by itself. `path` is absolute below the hierarchies' roots.
 */
export async function removeLeftoverCgroup(path: string): Promise<void> {
  const roots = await cgroupHierarchies();
  await Promise.all(roots.map((root) => removeGroup(join(root, path))));
}

/** Mount points of all cgroup file systems. */
export async function cgroupHierarchies(): Promise<string[]> {
  return (await mountPoints()).filter(({ type }) => type === 'cgroup' || type === 'cgroup2').map(({ point }) => point);
}

async function removeGroup(directory: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await tryRemove(directory))) {
    if (performance.now() > end) throw new Error(`processes in ${directory} do not end after SIGKILL`);
    await delay(POLL_MS);
  }
}

/** True once it is gone. Groups inside go first. */
async function tryRemove(directory: string): Promise<boolean> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    // ENODEV: it is going at this moment.
    if (isErrno(error, 'ENOENT', 'ENODEV')) return null;
    throw error;
  });
  if (!entries) return true;
  for (const child of entries.filter((entry) => entry.isDirectory())) {
    if (!(await tryRemove(join(directory, child.name)))) return false;
  }
  const left = await processes(directory);
  for (const pid of left) kill(pid);
  // The supervisor may have died while its container was paused: on cgroup v1 what is frozen does not even die of SIGKILL.
  if (left.length > 0) await writeFile(join(directory, 'freezer.state'), 'THAWED', { flag: 'r+' }).catch(() => undefined);
  return rmdir(directory).then(
    () => true,
    () => false,
  );
}

async function processes(directory: string): Promise<number[]> {
  const text = await readFile(join(directory, 'cgroup.procs'), 'utf8').catch(() => '');
  // A process of another pid namespace shows as 0, which kill(2) would read as our own group.
  return text
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 1);
}

function kill(pid: number): void {
  try {
    process.kill(pid, SIGKILL);
  } catch {
    // It has ended by itself.
  }
}
