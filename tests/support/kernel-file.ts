import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerDetail } from '@keelson/contracts';

const ROOT = '/sys/fs/cgroup';

/** The names of one limit: controller and file on v1, file on v2. */
export interface KernelFile {
  readonly v1: readonly [controller: string, file: string];
  readonly v2: string;
}

/** What the kernel says of a container's group, read on the host. */
export async function kernelFile({ cgroupPath }: Pick<ContainerDetail, 'cgroupPath'>, version: 1 | 2, names: KernelFile): Promise<string> {
  const path = version === 1 ? join(ROOT, names.v1[0], cgroupPath, names.v1[1]) : join(ROOT, cgroupPath, names.v2);
  return (await readFile(path, 'utf8')).trim();
}
