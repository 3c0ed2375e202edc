import type { NetworkMode } from '../../../domain/networks/networks.js';
import type { OciIdMapping } from './oci.js';

/** Ids of one container; the kernel maps no other (D5). */
export const ID_BLOCK_SIZE = 65_536;

const ALWAYS = ['user', 'mount', 'pid', 'uts', 'ipc', 'cgroup'] as const;

/** `host` is the one mode without a network namespace of its own; `none` has one with nothing but its loopback. */
export function namespaces(network: NetworkMode): { type: string }[] {
  const types = network === 'host' ? ALWAYS : [...ALWAYS, 'network'];
  return types.map((type) => ({ type }));
}

export function idMappings(uidBase: number): OciIdMapping[] {
  return [{ containerID: 0, hostID: uidBase, size: ID_BLOCK_SIZE }];
}

/**
 * What Docker sets in a container's own network namespace: low ports and ping need no capability there. The range of
 * groups ends where the container's ids end, since the kernel takes mapped ids only.
 */
export function sysctls(network: NetworkMode): Record<string, string> {
  if (network === 'host') return {};
  return { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': `0 ${ID_BLOCK_SIZE - 1}` };
}
