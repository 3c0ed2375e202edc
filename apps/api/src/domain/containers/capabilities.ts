import { DomainError } from '../errors.js';

/** capabilities(7), in the order of their numbers. */
const ALL_CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
] as const;
export type Capability = (typeof ALL_CAPABILITIES)[number];

/**
 * Docker's fourteen without MKNOD, NET_RAW and AUDIT_WRITE, and only over the container's own user namespace
 * (SECURITY.md, table 2b).
 */
const DEFAULT_CAPABILITIES: ReadonlySet<Capability> = new Set([
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT',
]);

/** Full names, or `ALL` alone. */
export type CapabilityList = readonly (Capability | 'ALL')[];

/** `net_admin`, `NET_ADMIN` and `CAP_NET_ADMIN` are one. Throws `invalid_input`. */
export function capabilityList(names: readonly string[], field: string): CapabilityList {
  const wanted = new Set(names.map((name) => named(name, field)));
  return wanted.has('ALL') ? ['ALL'] : ALL_CAPABILITIES.filter((one) => wanted.has(one));
}

/** What a container holds in the end. `ALL` is applied first, single names after it, as docker does. */
export function heldCapabilities(wanted: { privileged: boolean; add: CapabilityList; drop: CapabilityList }): Capability[] {
  const everything = wanted.privileged || wanted.add.includes('ALL');
  const nothing = wanted.drop.includes('ALL');
  const add = new Set<string>(wanted.add);
  const drop = new Set<string>(wanted.drop);
  return ALL_CAPABILITIES.filter((one) => {
    if (drop.has(one)) return false;
    if (everything || add.has(one)) return true;
    return !nothing && DEFAULT_CAPABILITIES.has(one);
  });
}

/** Whether these are more than a container has without asking. */
export function isBeyondDefault(add: CapabilityList): boolean {
  return add.some((one) => one === 'ALL' || !DEFAULT_CAPABILITIES.has(one));
}

function named(name: string, field: string): Capability | 'ALL' {
  const upper = name.toUpperCase();
  if (upper === 'ALL') return 'ALL';
  const full = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  const found = ALL_CAPABILITIES.find((one) => one === full);
  if (found) return found;
  throw new DomainError('invalid_input', `${name} is no capability; use a name of capabilities(7), such as NET_ADMIN, or ALL`, { field });
}
