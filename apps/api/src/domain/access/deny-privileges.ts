import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import { AccessStore } from './access.ports.js';
import { InspectTenant } from './inspect-tenant.js';
import { type Principal, runsTheInstance, type TenantRef } from './principal.js';
import type { Privilege } from './privilege.js';

/** Sets what nobody of a tenant may have. What runs goes on; nobody makes, starts or enters such a container any more. */
@Injectable()
export class DenyPrivileges {
  constructor(
    private readonly inspect: InspectTenant,
    private readonly store: AccessStore,
  ) {}

  /** Throws `tenant_not_found`, `forbidden`. */
  async execute(principal: Principal, tenantId: string, denied: readonly Privilege[]): Promise<TenantRef> {
    const tenant = await this.inspect.execute(principal, tenantId);
    if (!runsTheInstance(principal)) {
      throw new DomainError('forbidden', 'only administrators of this instance change what a tenant may have; ask one of them');
    }
    const deniedPrivileges = [...new Set(denied)];
    await this.store.denyPrivileges(tenant.id, deniedPrivileges, {
      tenantId: tenant.id,
      time: new Date(),
      action: 'tenant.update',
      subject: { type: 'tenant', id: tenant.id, name: tenant.name },
      actor: principal.name,
      attributes: { deniedPrivileges: deniedPrivileges.join(' ') },
    });
    return { ...tenant, deniedPrivileges };
  }
}
