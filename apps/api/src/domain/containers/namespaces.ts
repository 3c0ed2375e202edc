import type { WantedPrivilege } from '../access/privileges.js';
import { DomainError } from '../errors.js';
import type { NetworkMode } from '../networks/networks.js';
import type { Container } from './container.js';
import { ContainerRegistry } from './container-registry.js';
import { isAlive } from './container-state.js';
import type { HostAccess } from './host-access.js';

export const HOST_NAMESPACES = ['pid', 'ipc', 'uts', 'cgroup'] as const;
export type HostNamespace = (typeof HOST_NAMESPACES)[number];

export type Joined = `container:${string}`;

/** Whose namespaces a container lives in, besides its network. Its mount namespace is always its own. */
export interface NamespaceModes {
  readonly pid: 'private' | 'host' | Joined;
  /** Only a shareable one can be used by others. */
  readonly ipc: 'private' | 'shareable' | 'none' | 'host' | Joined;
  readonly uts: 'private' | 'host' | Joined;
  readonly cgroup: 'private' | 'host';
  /** The host's is refused. Who uses namespaces of another container uses its user namespace as well. */
  readonly user: 'private' | 'host';
}

/** Seconds that are added to the host's clocks. */
export interface TimeOffsets {
  readonly monotonicSeconds?: number;
  readonly boottimeSeconds?: number;
}

export const OWN_NAMESPACES: NamespaceModes = { pid: 'private', ipc: 'private', uts: 'private', cgroup: 'private', user: 'private' };

const JOINED = 'container:';
const JOINABLE = ['pid', 'ipc', 'uts'] as const;

export function namespacePrivileges(modes: NamespaceModes): WantedPrivilege[] {
  return taken(modes).map((kind) => ({ privilege: `host-${kind}` as const, field: `namespaces.${kind}` }));
}

/** Throws `forbidden` for what no setting allows, and `invalid_input` for a host name that would be another's. */
export function checkNamespaces(modes: NamespaceModes, hostname: string | undefined, access: HostAccess): void {
  if (modes.user === 'host')
    throw refused(
      'user',
      'a container’s root would be the host’s root; every container has a user namespace, leave it private (security.privileged gives all capabilities inside)',
    );
  for (const kind of taken(modes)) {
    if (access.hostNamespaces.includes(kind)) continue;
    const message = `the host's ${kind} namespace is closed to containers; an operator opens it with KEELSON_HOST_NAMESPACES=${kind}`;
    throw new DomainError('forbidden', message, { field: `namespaces.${kind}` });
  }
  if (hostname === undefined || modes.uts === 'private') return;
  const whose = modes.uts === 'host' ? 'the host’s' : 'the other container’s';
  throw new DomainError('invalid_input', `with ${whose} uts namespace its name is ${whose}; leave hostname out`, { field: 'hostname' });
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

/** With ids in place of names. Throws `container_not_found`, and `invalid_input` for what cannot be shared. */
export function resolvedNamespaces(modes: NamespaceModes, tenantId: string, registry: ContainerRegistry): NamespaceModes {
  const targets = JOINABLE.flatMap((kind) => {
    const mode = modes[kind];
    if (!isJoined(mode)) return [];
    const target = registry.find(tenantId, mode.slice(JOINED.length));
    checkShareable(kind, target);
    return [[kind, target] as const];
  });
  const [first] = targets;
  const apart = targets.find(([, target]) => target.uidBase !== first?.[1].uidBase);
  if (first && apart) {
    const message = `containers ${first[1].name} and ${apart[1].name} have user namespaces of their own, and a container can be in one only; name the same container`;
    throw refused(apart[0], message);
  }
  if (first && modes.pid === 'private') {
    const message = `to use the ${first[0]} namespace of container ${first[1].name}, use its pid namespace too: namespaces.pid "container:${first[1].name}"`;
    throw refused('pid', message);
  }
  return { ...modes, ...Object.fromEntries(targets.map(([kind, target]) => [kind, `${JOINED}${target.id}`])) };
}

function checkShareable(kind: (typeof JOINABLE)[number], target: Container): void {
  const mode = target.config.namespaces[kind];
  if (mode === 'host' || isJoined(mode)) {
    const whose = mode === 'host' ? 'the host' : 'another container';
    throw refused(kind, `container ${target.name} has no ${kind} namespace of its own but that of ${whose}; name that instead`);
  }
  if (kind === 'ipc' && mode !== 'shareable')
    throw refused(kind, `the ipc namespace of container ${target.name} is ${mode}; create that container with namespaces.ipc "shareable"`);
}

export function isJoined(mode: string): mode is Joined {
  return mode.startsWith(JOINED);
}

/** Id of the container in whose user namespace this one lives; null: its own. */
export function hostOfIds({ pid, ipc, uts }: NamespaceModes): string | null {
  const mode = [pid, ipc, uts].find(isJoined);
  return mode?.slice(JOINED.length) ?? null;
}

/** The running container whose network it uses; null: it uses no other's. Throws `container_state_conflict`. */
export function networkOwner(container: Container, registry: ContainerRegistry): Container | null {
  const { network } = container.config;
  return isJoined(network) ? runningTarget(container, network, { registry, field: 'network', what: 'network' }) : null;
}

/** Host pids of the first processes of the containers whose namespaces it uses. Throws `container_state_conflict`. */
export function joinedPids(container: Container, registry: ContainerRegistry): Partial<Record<(typeof JOINABLE)[number], number>> {
  const found = JOINABLE.flatMap((kind) => {
    const mode = container.config.namespaces[kind];
    if (!isJoined(mode)) return [];
    const target = runningTarget(container, mode, { registry, field: `namespaces.${kind}`, what: `${kind} namespace` });
    return [[kind, target.run.pid] as const];
  });
  return Object.fromEntries(found);
}

function runningTarget(
  container: Container,
  mode: Joined,
  { registry, field, what }: { registry: ContainerRegistry; field: string; what: string },
): Container {
  const target = registry.get(mode.slice(JOINED.length));
  if (target?.tenantId === container.tenantId && isAlive(target) && target.run.pid !== null) return target;
  const why = target ? `container ${target.name}, whose ${what} it uses, does not run` : `the container whose ${what} it uses is gone`;
  throw new DomainError('container_state_conflict', `container ${container.name} cannot start: ${why}`, { field });
}

function taken(modes: NamespaceModes): HostNamespace[] {
  return HOST_NAMESPACES.filter((kind) => modes[kind] === 'host');
}

function refused(kind: keyof NamespaceModes, message: string): DomainError {
  return new DomainError('invalid_input', message, { field: `namespaces.${kind}` });
}
