import { type Tenant, tenant, updateTenantInput } from '@keelson/contracts';
import { Body, Controller, Get, Param, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { DenyPrivileges } from '../../../domain/access/deny-privileges.js';
import { InspectTenant } from '../../../domain/access/inspect-tenant.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../../middleware/caller.js';
import { toTenant } from './tenant.mapper.js';

@ApiTags('tenants')
@Controller('tenants')
export class TenantsController {
  constructor(
    private readonly inspectTenant: InspectTenant,
    private readonly denyPrivileges: DenyPrivileges,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'A tenant: one’s own, for administrators of the instance any' })
  @ApiOkResponse({ standardSchema: tenant })
  async inspect(@Caller() principal: Principal, @Param('id') id: string): Promise<Tenant> {
    return toTenant(await this.inspectTenant.execute(principal, id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Denies a tenant what takes walls to the host down; for administrators of the instance' })
  @ApiOkResponse({ standardSchema: tenant })
  async update(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: updateTenantInput }) { deniedPrivileges }: z.output<typeof updateTenantInput>,
  ): Promise<Tenant> {
    return toTenant(await this.denyPrivileges.execute(principal, id, deniedPrivileges));
  }
}
