import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The hierarchy that containers' limits go to, by the runtime's own rule (cgroup.h): v2 where the unified one has the memory controller. */
export async function cgroupVersion(): Promise<1 | 2> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  for (const line of table.split('\n')) {
    const [mount = '', filesystem = ''] = line.split(' - ');
    if (!filesystem.startsWith('cgroup2 ')) continue;
    const controllers = await readFile(join(mount.split(' ')[4] ?? '', 'cgroup.controllers'), 'utf8');
    return controllers.trim().split(' ').includes('memory') ? 2 : 1;
  }
  return 1;
}
