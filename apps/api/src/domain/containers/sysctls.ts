import { DomainError } from '../errors.js';
import type { NetworkMode } from '../networks/networks.js';
import { isJoined, type NamespaceModes } from './namespaces.js';

/** Kernel settings, name → value. */
export type Sysctls = Readonly<Record<string, string>>;

/** System V objects, counted and limited in the container's own ipc namespace (sysctl/kernel.rst). */
const IPC = new Set([
  ...['kernel.msgmax', 'kernel.msgmnb', 'kernel.msgmni', 'kernel.sem'],
  ...['kernel.shmall', 'kernel.shmmax', 'kernel.shmmni', 'kernel.shm_rmid_forced'],
]);

/** Settings by which a container would route, redirect or hide packets on the bridge (SECURITY.md, table 2b). */
const WALLS = /^net\..*(ip_forward|forwarding|route_localnet|accept_ra\b|accept_redirects|rp_filter|proxy_arp|proxy_ndp|conntrack)/;

/** The one dotted part that names an interface: these exist before any interface does. */
const INTERFACE = /^net\.ipv[46]\.(?:conf|neigh)\.([^.]+)\./;
const ALWAYS_THERE = new Set(['all', 'default', 'lo']);

const isOfIpc = (name: string) => IPC.has(name) || name.startsWith('fs.mqueue.');

/** The whole of a value, so that nothing rides along with one (R10). */
const NUMBERS = /^-?\d+(?:[ \t]-?\d+)*$/;
const WORDS = /^[\w.,:/-]+(?:[ \t][\w.,:/-]+)*$/;

/** Whose namespaces the settings would be in. */
interface Walls {
  readonly network: NetworkMode;
  readonly namespaces: NamespaceModes;
}

/**
 * Throws `invalid_input` for a setting that is not the container's own: of the host, of a namespace it shares, or one that
 * its walls rest on.
 */
export function checkSysctls(sysctls: Sysctls, walls: Walls): void {
  for (const [name, value] of Object.entries(sysctls)) {
    const why = reasonAgainst(name, walls);
    if (why) throw new DomainError('invalid_input', `sysctl ${name} ${why}`, { field: 'sysctls', sysctl: name });
    const form = isOfIpc(name) ? NUMBERS : WORDS;
    if (!form.test(value)) {
      const wanted = form === NUMBERS ? 'whole numbers with one space between them' : 'words or numbers with one space between them';
      throw new DomainError('invalid_input', `sysctl ${name} needs a value of ${wanted}`, { field: 'sysctls', sysctl: name });
    }
  }
}

function reasonAgainst(name: string, { network, namespaces }: Walls): string | null {
  if (name.includes('/') || name.includes('..')) return 'is not a name like net.core.somaxconn; write it with single dots';
  if (name === 'kernel.hostname') return 'is the host name of the container; set hostname instead';
  if (isOfIpc(name)) {
    if (isJoined(namespaces.ipc)) return 'belongs to the container whose ipc namespace it uses; set it there';
    return namespaces.ipc === 'host' ? 'would change the host’s own ipc namespace, which this container uses; set it on the host' : null;
  }
  if (!name.startsWith('net.')) {
    return 'would change the whole host; only net.*, fs.mqueue.* and the System V limits kernel.msg*, kernel.sem and kernel.shm* can be set';
  }
  if (network === 'host') return 'would change the host’s own network, which this container uses; set it on the host';
  if (network.startsWith('container:')) return 'belongs to the container whose network it uses; set it there';
  if (WALLS.test(name)) return 'is part of the walls between containers and cannot be changed; leave it out';
  const named = INTERFACE.exec(name)?.[1];
  if (named && !ALWAYS_THERE.has(named)) return `names the interface ${named}; use all or default in its place`;
  return null;
}
