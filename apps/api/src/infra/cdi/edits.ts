import type { CdiEdits, CdiMount, CdiNode } from '../../domain/cdi/cdi.js';
import { effectOf } from './hooks.js';
import type { SpecEdits } from './spec-file.js';

type WireNode = NonNullable<SpecEdits['deviceNodes']>[number];
type WireMount = NonNullable<SpecEdits['mounts']>[number];

/** Options that are no more than words to the kernel: they need no rights and name no data. */
const MOUNT_OPTION =
  /^(r?bind|r?private|r?slave|r?ro|rw|r?nosuid|suid|r?nodev|dev|r?noexec|exec|noatime|relatime|strictatime|nodiratime|defaults|(mode|size)=\w+)$/;

/** From the words of a spec to what a container gets. What cannot be given is no error of the file: it is said when it is asked for. */
export function editsOf(wire: SpecEdits | null | undefined): CdiEdits {
  const hooks = (wire?.hooks ?? []).map(effectOf);
  const problems = [
    ...(wire?.netDevices?.length ? ['it moves network interfaces of the host (netDevices), which Keelson does not'] : []),
    ...(wire?.intelRdt ? ['it wants cache and bandwidth classes (intelRdt), which Keelson does not set'] : []),
    ...(wire?.deviceNodes ?? []).flatMap(problemOfNode),
    ...(wire?.mounts ?? []).flatMap(problemOfMount),
    ...hooks.flatMap(({ problem }) => problem ?? []),
  ];
  return {
    env: wire?.env ?? [],
    nodes: (wire?.deviceNodes ?? []).map(nodeOf),
    mounts: (wire?.mounts ?? []).map(mountOf),
    groups: (wire?.additionalGids ?? []).filter((group) => group !== 0),
    links: hooks.flatMap(({ links }) => links),
    libraryFolders: hooks.flatMap(({ libraryFolders }) => libraryFolders),
    skippedHooks: hooks.flatMap(({ skipped }) => skipped),
    problem: problems[0] ?? null,
  };
}

function nodeOf({ path, hostPath, type, major, minor, fileMode, permissions, uid, gid }: WireNode): CdiNode {
  // SPEC.md and the generators leave the numbers away, or write zero, where the host's node is to say them.
  const numbered = type && (major !== undefined || minor !== undefined) && (major || minor);
  return {
    path,
    hostPath: hostPath || path,
    ...(type && { type: type === 'b' ? 'b' : 'c' }),
    ...(numbered && { major: major ?? 0, minor: minor ?? 0 }),
    ...(fileMode !== undefined && { fileMode: fileMode & 0o777 }),
    permissions: permissions || 'rwm',
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  };
}

function problemOfNode({ path, type }: WireNode): string[] {
  return type === 'p' ? [`${path} is a named pipe, which is no device here; mount it instead`] : [];
}

function mountOf({ hostPath, containerPath, type, options }: WireMount): CdiMount {
  return { type: type === 'tmpfs' ? 'tmpfs' : 'bind', hostPath, containerPath, options: options ?? [] };
}

function problemOfMount({ hostPath, containerPath, type, options }: WireMount): string[] {
  const unknown = (options ?? []).find((option) => !MOUNT_OPTION.test(option));
  if (unknown !== undefined) return [`its mount on ${containerPath} has the option "${unknown.slice(0, 100)}", which is not supported`];
  if (type === 'tmpfs') return [];
  if (type && type !== 'bind' && type !== 'none')
    return [`its mount on ${containerPath} is of the type ${type}; bind and tmpfs are supported`];
  return hostPath.startsWith('/') ? [] : [`its mount on ${containerPath} has the source "${hostPath}", which is no absolute path`];
}
