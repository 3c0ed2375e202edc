import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import { AccessStore } from './access.ports.js';
import { type Principal, runsTheInstance, type TenantRef } from './principal.js';

@Injectable()
export class InspectTenant {
  constructor(private readonly store: AccessStore) {}

  /** Everybody their own, administrators of the instance every one. Throws `tenant_not_found`. */
  async execute(principal: Principal, id: string): Promise<TenantRef> {
    const tenant = maySee(principal, id) ? await this.store.tenantById(id) : null;
    if (!tenant) throw new DomainError('tenant_not_found', `there is no tenant ${id}; your own is ${principal.tenant.id}`, { tenant: id });
    return tenant;
  }
}

function maySee(principal: Principal, id: string): boolean {
  return principal.tenant.id === id || runsTheInstance(principal);
}
