import type { Privilege } from './privilege.js';

/** Who asks. The first argument of every use case: what it may see and do follows from it. */
export interface Principal {
  /** Stable id, e.g. `admin`. */
  readonly id: string;
  /** The actor's name in events. */
  readonly name: string;
  readonly role: 'admin' | 'member';
  /** The one tenant whose objects this caller sees. */
  readonly tenant: TenantRef;
}

export interface TenantRef {
  readonly id: string;
  readonly name: string;
  /** What nobody of it may have, administrators included. Absent: nothing. */
  readonly deniedPrivileges?: readonly Privilege[];
}

/** The tenant that exists from the first start. */
export const DEFAULT_TENANT: TenantRef = { id: 'default', name: 'default' };

/** Administrators of that tenant run the instance: what other tenants may have is theirs to say. */
export function runsTheInstance({ role, tenant }: Principal): boolean {
  return role === 'admin' && tenant.id === DEFAULT_TENANT.id;
}

/** Keelson itself, for what nobody asked for at that moment. */
export function systemPrincipal(tenant: TenantRef): Principal {
  return { id: 'system', name: 'system', role: 'admin', tenant };
}
