import { readFile, realpath } from 'node:fs/promises';
import type { BindMount, ContainerMount } from '../../domain/containers/container.js';
import { DomainError } from '../../domain/errors.js';

/** Throws `invalid_input` where mounts made inside could not appear on the host: the source's own mount is not shared there. */
export async function checkSharedSources(mounts: readonly ContainerMount[]): Promise<void> {
  const shared = mounts.filter((mount): mount is BindMount => mount.type === 'bind' && mount.propagation.endsWith('shared'));
  if (shared.length === 0) return;
  const points = mountPoints(await readFile('/proc/self/mountinfo', 'utf8'));
  for (const { source, propagation } of shared) {
    // What is missing is told by the start itself.
    const path = await realpath(source).catch(() => source);
    const holder = points.findLast(({ point }) => path === point || path.startsWith(point === '/' ? point : `${point}/`));
    if (!holder || holder.shared) continue;
    const message = `${source} lies on the mount ${holder.point}, which the host does not share, so it cannot be ${propagation}; make it so with: mount --make-shared ${holder.point}`;
    throw new DomainError('invalid_input', message, { field: 'mounts' });
  }
}

interface MountPoint {
  readonly point: string;
  readonly shared: boolean;
}

/** proc_pid_mountinfo(5), shortest paths first, of one path the last mount last. Fields before the dash are separated by spaces, which paths have as \\040. */
function mountPoints(text: string): MountPoint[] {
  const points = text.split('\n').flatMap((line) => {
    const [before = ''] = line.split(' - ');
    const [, , , , point, , ...optional] = before.split(' ');
    if (point === undefined) return [];
    const plain = point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    return [{ point: plain, shared: optional.some((field) => field.startsWith('shared:')) }];
  });
  return points.toSorted((a, b) => a.point.length - b.point.length);
}
