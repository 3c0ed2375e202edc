import { heldCapabilities } from '../../../domain/containers/capabilities.js';
import type { Security } from '../../../domain/containers/security.js';
import type { OciCapabilities } from './oci.js';

/** Inheritable and ambient stay empty: a program that changes its user must not carry capabilities along (R11). */
export function capabilitiesOf({ privileged, addCapabilities, dropCapabilities }: Security): OciCapabilities {
  const held = heldCapabilities({ privileged, add: addCapabilities, drop: dropCapabilities });
  return { bounding: held, effective: held, permitted: held, inheritable: [], ambient: [] };
}

/** Docker's list and the kernel's addresses, tables and memory maps (SECURITY.md, table 2b). A path that the kernel lacks is skipped. */
export const MASKED_PATHS: readonly string[] = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/config.gz',
  '/proc/interrupts',
  '/proc/iomem',
  '/proc/ioports',
  '/proc/kallsyms',
  '/proc/kcore',
  '/proc/keys',
  '/proc/kpagecgroup',
  '/proc/kpagecount',
  '/proc/kpageflags',
  '/proc/latency_stats',
  '/proc/modules',
  '/proc/pagetypeinfo',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/slabinfo',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/vmallocinfo',
  '/sys/class/dmi',
  '/sys/devices/virtual/dmi',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
  '/sys/fs/bpf',
  '/sys/kernel',
  '/sys/module',
];

/** Docker's list, and /proc/pressure: everybody may write there to have the kernel watch the whole host's load for them. */
export const READONLY_PATHS: readonly string[] = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/pressure',
  '/proc/sys',
  '/proc/sysrq-trigger',
];
