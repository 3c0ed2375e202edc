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
}

/** The tenant that exists from the first start. */
export const DEFAULT_TENANT: TenantRef = { id: 'default', name: 'default' };

/** Keelson itself, for what nobody asked for at that moment. */
export function systemPrincipal(tenant: TenantRef): Principal {
  return { id: 'system', name: 'system', role: 'admin', tenant };
}
