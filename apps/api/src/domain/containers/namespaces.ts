import type { WantedPrivilege } from '../access/privileges.js';
import { DomainError } from '../errors.js';
import type { NetworkMode } from '../networks/networks.js';
import type { Container } from './container.js';
import { ContainerRegistry } from './container-registry.js';
import { isAlive } from './container-state.js';
import type { HostAccess } from './host-access.js';

export const HOST_NAMESPACES = ['pid', 'ipc', 'uts'] as const;
export type HostNamespace = (typeof HOST_NAMESPACES)[number];

/** Whose namespaces a container lives in, besides its network. User, mount and cgroup namespaces are always its own. */
export type NamespaceModes = Readonly<Record<HostNamespace, 'private' | 'host'>>;

export const OWN_NAMESPACES: NamespaceModes = { pid: 'private', ipc: 'private', uts: 'private' };

const JOINED = 'container:';

export function namespacePrivileges(modes: NamespaceModes): WantedPrivilege[] {
  return taken(modes).map((kind) => ({ privilege: `host-${kind}` as const, field: `namespaces.${kind}` }));
}

/** Throws `forbidden` for what no setting allows, and `invalid_input` for a host name that would be the host's. */
export function checkNamespaces(modes: NamespaceModes, hostname: string | undefined, access: HostAccess): void {
  for (const kind of taken(modes)) {
    if (access.hostNamespaces.includes(kind)) continue;
    const message = `the host's ${kind} namespace is closed to containers; an operator opens it with KEELSON_HOST_NAMESPACES=${kind}`;
    throw new DomainError('forbidden', message, { field: `namespaces.${kind}` });
  }
  if (modes.uts === 'host' && hostname !== undefined) {
    throw new DomainError('invalid_input', 'with the host’s uts namespace its name is the host’s; leave hostname out', {
      field: 'hostname',
    });
  }
}

/** With the other container's id in place of what the caller called it. Throws `container_not_found`, `invalid_input`. */
export function resolvedNetwork(network: NetworkMode, tenantId: string, registry: ContainerRegistry): NetworkMode {
  if (!isJoined(network)) return network;
  const target = registry.find(tenantId, network.slice(JOINED.length));
  const mode = target.config.network;
  if (mode === 'bridge' || mode === 'none') return `${JOINED}${target.id}`;
  const whose = mode === 'host' ? 'the host' : 'another container';
  throw new DomainError('invalid_input', `container ${target.name} has no network of its own but that of ${whose}; name that instead`, {
    field: 'network',
  });
}

export function isJoined(network: NetworkMode): network is `container:${string}` {
  return network.startsWith(JOINED);
}

/** The running container whose network it uses; null: it uses no other's. Throws `container_state_conflict`. */
export function networkOwner(container: Container, registry: ContainerRegistry): Container | null {
  const { network } = container.config;
  if (!isJoined(network)) return null;
  const target = registry.get(network.slice(JOINED.length));
  if (target?.tenantId === container.tenantId && isAlive(target) && target.run.pid !== null) return target;
  const what = target ? `container ${target.name}, whose network it uses, does not run` : 'the container whose network it uses is gone';
  throw new DomainError('container_state_conflict', `container ${container.name} cannot start: ${what}`, { field: 'network' });
}

function taken(modes: NamespaceModes): HostNamespace[] {
  return HOST_NAMESPACES.filter((kind) => modes[kind] === 'host');
}
