import { type Capability, heldCapabilities } from '../../../domain/containers/capabilities.js';
import type { Security } from '../../../domain/containers/security.js';
import type { SeccompProfile } from './oci.js';

/** System calls that are nothing without a capability, so that asking for the one gives the other, as in Docker's profile. */
const CALLS: Partial<Record<Capability, readonly string[]>> = {
  CAP_BPF: ['bpf'],
  CAP_DAC_READ_SEARCH: ['name_to_handle_at', 'open_by_handle_at'],
  CAP_PERFMON: ['perf_event_open'],
  CAP_SYS_ADMIN: [
    ...[
      'bpf',
      'clone',
      'fanotify_init',
      'fanotify_mark',
      'fsconfig',
      'fsmount',
      'fsopen',
      'fspick',
      'mount',
      'mount_setattr',
      'move_mount',
    ],
    ...['name_to_handle_at', 'open_tree', 'perf_event_open', 'pivot_root', 'quotactl', 'quotactl_fd', 'setdomainname', 'sethostname'],
    ...['setns', 'umount2', 'unshare'],
  ],
  CAP_SYS_NICE: ['get_mempolicy', 'mbind', 'migrate_pages', 'move_pages', 'set_mempolicy', 'set_mempolicy_home_node'],
  CAP_SYS_PTRACE: ['kcmp', 'pidfd_getfd', 'process_madvise', 'process_vm_readv', 'process_vm_writev', 'ptrace'],
  CAP_SYS_TIME: ['clock_settime', 'settimeofday'],
  CAP_SYS_TTY_CONFIG: ['vhangup'],
  CAP_SYSLOG: ['syslog'],
};

const AF_NETLINK = 16;
const AF_PACKET = 17;
const NETLINK_NETFILTER = 12;
const ALL_BITS = 0xffff_ffff;
const equals = (index: number, value: number) => ({ index, value: ALL_BITS, valueTwo: value, op: 'SCMP_CMP_MASKED_EQ' });
const socket = (...args: readonly object[]) => ({ names: ['socket'], action: 'SCMP_ACT_ALLOW', args });

/** Socket families that are nothing without a capability. */
const SOCKETS: Partial<Record<Capability, object>> = {
  CAP_NET_ADMIN: socket(equals(0, AF_NETLINK), equals(2, NETLINK_NETFILTER)),
  CAP_NET_RAW: socket(equals(0, AF_PACKET)),
};

/** The filter of a container; undefined for none. A profile of one's own is taken as it is. */
export function seccompOf(security: Security, standard: SeccompProfile): SeccompProfile | undefined {
  if (security.seccomp === 'unconfined') return undefined;
  if (security.seccomp !== 'default') return security.seccomp;
  if (security.privileged) return undefined;
  const held = heldCapabilities({ privileged: false, add: security.addCapabilities, drop: security.dropCapabilities });
  const calls = held.flatMap((one) => CALLS[one] ?? []);
  const sockets = held.flatMap((one) => SOCKETS[one] ?? []);
  if (calls.length + sockets.length === 0) return standard;
  const more = calls.length > 0 ? [{ names: [...new Set(calls)], action: 'SCMP_ACT_ALLOW' }] : [];
  return { ...standard, syscalls: [...((standard['syscalls'] ?? []) as object[]), ...sockets, ...more] };
}
