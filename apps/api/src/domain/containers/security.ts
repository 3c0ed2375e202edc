import type { WantedPrivilege } from '../access/privileges.js';
import { type CapabilityList, capabilityList, isBeyondDefault } from './capabilities.js';

/** `linux.seccomp` of an OCI runtime spec. */
type SeccompProfile = Readonly<Record<string, unknown>>;

/** How a container is confined beyond its namespaces. */
export interface Security {
  /** All capabilities, no system call filter, nothing masked or read-only below /proc and /sys. */
  readonly privileged: boolean;
  readonly addCapabilities: CapabilityList;
  readonly dropCapabilities: CapabilityList;
  readonly noNewPrivileges: boolean;
  readonly seccomp: 'default' | 'unconfined' | SeccompProfile;
}

/** As a user writes it: capabilities by any of their names. */
export interface WantedSecurity extends Omit<Security, 'addCapabilities' | 'dropCapabilities'> {
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
}

/** Every wall up. */
export const DEFAULT_SECURITY: Security = {
  privileged: false,
  addCapabilities: [],
  dropCapabilities: [],
  noNewPrivileges: true,
  seccomp: 'default',
};

/** Throws `invalid_input`. */
export function checkedSecurity(wanted: WantedSecurity): Security {
  return {
    ...wanted,
    addCapabilities: capabilityList(wanted.addCapabilities, 'security.addCapabilities'),
    dropCapabilities: capabilityList(wanted.dropCapabilities, 'security.dropCapabilities'),
  };
}

/** Which walls it takes down, by the field that does. */
export function privilegesOf(security: Security): WantedPrivilege[] {
  return [
    ...(security.privileged ? [{ privilege: 'privileged', field: 'security.privileged' } as const] : []),
    ...(isBeyondDefault(security.addCapabilities) ? [{ privilege: 'capabilities', field: 'security.addCapabilities' } as const] : []),
    ...(security.seccomp === 'default' ? [] : [{ privilege: 'seccomp', field: 'security.seccomp' } as const]),
  ];
}
