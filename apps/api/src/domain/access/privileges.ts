import { DomainError } from '../errors.js';
import type { Principal } from './principal.js';
import type { Privilege } from './privilege.js';

/** A privilege that a request asks for, with the field that asks. */
export interface WantedPrivilege {
  readonly privilege: Privilege;
  readonly field: string;
}

/**
 * The one policy (SECURITY.md R7, R18): what a tenant is denied nobody of it may have; of the rest administrators may have all, members nothing.
 * Throws `forbidden` for the first one that the caller may not have.
 */
export function checkPrivileges(principal: Principal, wanted: readonly WantedPrivilege[]): void {
  checkTenantPrivileges(principal, wanted);
  const [first] = wanted;
  if (first && principal.role !== 'admin') throw refusal(first, `which ${principal.name} does not have`);
}

/** The half of it that holds for administrators too, and for starting again what was made before. */
export function checkTenantPrivileges({ tenant }: Principal, wanted: readonly WantedPrivilege[]): void {
  const denied = wanted.find(({ privilege }) => tenant.deniedPrivileges?.includes(privilege));
  if (denied) throw refusal(denied, `which the tenant ${tenant.name} is denied`);
}

function refusal({ privilege, field }: WantedPrivilege, why: string): DomainError {
  return new DomainError('forbidden', `${field} needs the privilege "${privilege}", ${why}; leave it out`, { field, privilege });
}
