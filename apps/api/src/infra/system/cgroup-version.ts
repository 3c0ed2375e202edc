import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mountPoints } from '../files/mount-points.js';

/** The hierarchy that containers' limits go to, by the runtime's own rule (cgroup.h): v2 where the unified one has the memory controller. */
export async function cgroupVersion(): Promise<1 | 2> {
  const unified = (await mountPoints()).find(({ type }) => type === 'cgroup2');
  if (!unified) return 1;
  const controllers = await readFile(join(unified.point, 'cgroup.controllers'), 'utf8');
  return controllers.trim().split(' ').includes('memory') ? 2 : 1;
}
