import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TokenFile } from './domain/access/access.ports.js';
import { AuthenticateToken } from './domain/access/authenticate-token.js';
import { DenyPrivileges } from './domain/access/deny-privileges.js';
import { EnsureAdministrator } from './domain/access/ensure-administrator.js';
import { InspectTenant } from './domain/access/inspect-tenant.js';
import { MakeSignInLink } from './domain/access/make-sign-in-link.js';
import { ResumeSession } from './domain/access/resume-session.js';
import { SignIn } from './domain/access/sign-in.js';
import { SignInThrottle } from './domain/access/sign-in-throttle.js';
import { SignOut } from './domain/access/sign-out.js';
import { CredentialGate } from './http/middleware/credential-gate.js';
import { HostNames } from './http/middleware/host-names.js';
import { IdentityGuard } from './http/middleware/identity.guard.js';
import { RequestGate } from './http/middleware/request-gate.js';
import { SessionsController } from './http/rest/sessions/sessions.controller.js';
import { TenantsController } from './http/rest/tenants/tenants.controller.js';
import { AdminTokenFile } from './infra/access/admin-token-file.js';
import { StoreModule } from './infra/store/store.module.js';

/** Who may come in. The guard it provides stands before the handlers of all modules. */
@Module({
  imports: [StoreModule],
  controllers: [SessionsController, TenantsController],
  providers: [
    { provide: TokenFile, useClass: AdminTokenFile },
    { provide: RequestGate, useClass: CredentialGate },
    { provide: APP_GUARD, useClass: IdentityGuard },
    HostNames,
    SignInThrottle,
    EnsureAdministrator,
    MakeSignInLink,
    AuthenticateToken,
    ResumeSession,
    SignIn,
    SignOut,
    InspectTenant,
    DenyPrivileges,
  ],
  exports: [RequestGate, HostNames],
})
export class AccessModule {}
