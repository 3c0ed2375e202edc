import type { ContainerConfig } from '../../../domain/containers/container.js';
import type { JoinedPids } from '../../../domain/containers/containers.ports.js';
import { isJoined, type TimeOffsets } from '../../../domain/containers/namespaces.js';
import type { NetworkMode } from '../../../domain/networks/networks.js';
import type { OciIdMapping, OciNamespace, OciTimeOffsets } from './oci.js';

/** Ids of one container; the kernel maps no other (D5). */
export const ID_BLOCK_SIZE = 65_536;

const SHARED = ['pid', 'ipc', 'uts'] as const;

/** Host pids of the first processes of the containers whose namespaces are used. */
interface Targets {
  readonly network: number | null;
  readonly others: JoinedPids;
}

/** What is not listed is the host's. Mode `none` has a network namespace with nothing but its loopback. */
export function namespaces(
  config: Pick<ContainerConfig, 'network' | 'namespaces' | 'timeOffsets'>,
  { network: joinedPid, others }: Targets,
): OciNamespace[] {
  const { pid, ipc, uts } = others;
  const shared = SHARED.filter((kind) => config.namespaces[kind] !== 'host').map((kind) => namespace(kind, others[kind]));
  return [
    // Rights in the others come with the user namespace that owns them.
    namespace('user', pid ?? ipc ?? uts),
    { type: 'mount' },
    ...(config.namespaces.cgroup === 'host' ? [] : [{ type: 'cgroup' }]),
    ...(config.timeOffsets ? [{ type: 'time' }] : []),
    ...shared,
    ...network(config.network, joinedPid),
  ];
}

function namespace(type: string, pid: number | undefined): OciNamespace {
  return { type, ...(pid !== undefined && { path: `/proc/${pid}/ns/${type}` }) };
}

export function timeOffsets(offsets: TimeOffsets | null): OciTimeOffsets {
  if (offsets === null) return {};
  const { monotonicSeconds = 0, boottimeSeconds = 0 } = offsets;
  return { timeOffsets: { monotonic: { secs: monotonicSeconds, nanosecs: 0 }, boottime: { secs: boottimeSeconds, nanosecs: 0 } } };
}

function network(mode: NetworkMode, joinedPid: number | null): OciNamespace[] {
  if (mode === 'host') return [];
  return [{ type: 'network', ...(joinedPid !== null && { path: `/proc/${joinedPid}/ns/net` }) }];
}

export function idMappings(uidBase: number): OciIdMapping[] {
  return [{ containerID: 0, hostID: uidBase, size: ID_BLOCK_SIZE }];
}

/**
 * What Docker sets in a container's own network namespace: low ports and ping need no capability there. The range of
 * groups ends where the container's ids end, since the kernel takes mapped ids only.
 */
export function sysctls(network: NetworkMode): Record<string, string> {
  if (network === 'host' || isJoined(network)) return {};
  return { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': `0 ${ID_BLOCK_SIZE - 1}` };
}
