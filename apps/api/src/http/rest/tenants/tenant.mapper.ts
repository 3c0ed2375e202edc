import type { Tenant } from '@keelson/contracts';
import type { TenantRef } from '../../../domain/access/principal.js';

export function toTenant({ id, name, deniedPrivileges = [] }: TenantRef): Tenant {
  return { id, name, deniedPrivileges: [...deniedPrivileges] };
}
