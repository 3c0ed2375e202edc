import type { ContainerConfig } from '../../../domain/containers/container.js';
import { HOST_NAMESPACES, isJoined } from '../../../domain/containers/namespaces.js';
import type { NetworkMode } from '../../../domain/networks/networks.js';
import type { OciIdMapping, OciNamespace } from './oci.js';

/** Ids of one container; the kernel maps no other (D5). */
export const ID_BLOCK_SIZE = 65_536;

const ALWAYS = ['user', 'mount', 'cgroup'] as const;

/** What is not listed is the host's. Mode `none` has a network namespace with nothing but its loopback. */
export function namespaces(config: Pick<ContainerConfig, 'network' | 'namespaces'>, joinedPid: number | null): OciNamespace[] {
  const own = HOST_NAMESPACES.filter((kind) => config.namespaces[kind] === 'private');
  return [...[...ALWAYS, ...own].map((type) => ({ type })), ...network(config.network, joinedPid)];
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
