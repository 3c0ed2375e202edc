import { readFile } from 'node:fs/promises';

export interface MountPoint {
  readonly point: string;
  /** Of the file system, such as `cgroup2`. */
  readonly type: string;
}

/** What is mounted where this process sees it, from proc_pid_mountinfo(5): the separator stands after a varying number of fields. */
export async function mountPoints(): Promise<MountPoint[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table.split('\n').flatMap((line) => {
    const [mount = '', filesystem = ''] = line.split(' - ');
    const [point, type] = [mount.split(' ')[4], filesystem.split(' ')[0]];
    return point && type ? [{ point, type }] : [];
  });
}
