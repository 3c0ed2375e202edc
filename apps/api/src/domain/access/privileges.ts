import { DomainError } from '../errors.js';
import type { Principal } from './principal.js';

/** What takes a wall between a container and the host down; each can be denied to a caller. */
type Privilege =
  | 'privileged'
  | 'capabilities'
  | 'seccomp'
  | 'devices'
  | 'bind-mounts'
  | 'host-network'
  | 'host-pid'
  | 'host-ipc'
  | 'host-uts';

/** A privilege that a request asks for, with the field that asks. */
export interface WantedPrivilege {
  readonly privilege: Privilege;
  readonly field: string;
}

/** The one policy: administrators may, members may not (SECURITY.md R7, R18). */
function mayUse(principal: Principal, _privilege: Privilege): boolean {
  return principal.role === 'admin';
}

/** Throws `forbidden` for the first one that the caller may not have. */
export function checkPrivileges(principal: Principal, wanted: readonly WantedPrivilege[]): void {
  for (const { privilege, field } of wanted) {
    if (mayUse(principal, privilege)) continue;
    throw new DomainError('forbidden', `${field} needs the privilege "${privilege}", which ${principal.name} does not have; leave it out`, {
      field,
      privilege,
    });
  }
}
