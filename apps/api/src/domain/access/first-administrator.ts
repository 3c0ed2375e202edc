import { DEFAULT_TENANT, type Principal } from './principal.js';

/** Who owns the instance from its first start. */
export const FIRST_ADMINISTRATOR: Principal = { id: 'admin', name: 'admin', role: 'admin', tenant: DEFAULT_TENANT };
