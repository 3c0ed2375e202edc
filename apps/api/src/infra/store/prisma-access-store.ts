import { randomUUID } from 'node:crypto';
import { AccessStore } from '../../domain/access/access.ports.js';
import type { Principal, TenantRef } from '../../domain/access/principal.js';
import type { Privilege } from '../../domain/access/privilege.js';
import type { Session, SignInLink } from '../../domain/access/sessions.js';
import type { EventDraft } from '../../domain/events/events.js';
import { Database } from './database.js';
import type { Tenant, User } from './generated/sqlite/client.js';

const WITH_USER = { include: { user: { include: { tenant: true } } } } as const;

export class PrismaAccessStore extends AccessStore {
  constructor(private readonly database: Database) {
    super();
  }

  async ensurePrincipal({ id, name, role, tenant }: Principal): Promise<void> {
    const createdAt = new Date();
    await this.database.write([], (client) => [
      client.tenant.upsert({ where: { id: tenant.id }, create: { id: tenant.id, name: tenant.name, createdAt }, update: {} }),
      client.user.upsert({ where: { id }, create: { id, name, role, tenantId: tenant.id, createdAt }, update: {} }),
    ]);
  }

  async principalByToken(hash: string): Promise<Principal | null> {
    const row = await this.database.ask((client) => client.apiToken.findUnique({ where: { hash }, ...WITH_USER }));
    return row && principalOf(row.user);
  }

  async setToken(userId: string, name: string, hash: string): Promise<void> {
    const createdAt = new Date();
    await this.database.write([], (client) => [
      client.apiToken.upsert({
        where: { userId_name: { userId, name } },
        create: { id: randomUUID(), userId, name, hash, createdAt },
        update: { hash, createdAt },
      }),
    ]);
  }

  async tenantById(id: string): Promise<TenantRef | null> {
    const row = await this.database.ask((client) => client.tenant.findUnique({ where: { id } }));
    return row && tenantOf(row);
  }

  async denyPrivileges(id: string, denied: readonly Privilege[], event: EventDraft): Promise<void> {
    const deniedPrivileges = JSON.stringify(denied);
    await this.database.write([event], (client) => [client.tenant.update({ where: { id }, data: { deniedPrivileges } })]);
  }

  async addLink({ hash, principalId: userId, expiresAt }: SignInLink): Promise<void> {
    await this.database.write([], (client) => [client.signInLink.create({ data: { hash, userId, expiresAt } })]);
  }

  async takeLink(hash: string, now: Date): Promise<Principal | null> {
    const link = await this.database.ask((client) => client.signInLink.findUnique({ where: { hash }, ...WITH_USER }));
    // Who deletes the row has it: of two callers with the same link the second deletes nothing.
    const { count } = await this.database.ask((client) => client.signInLink.deleteMany({ where: { hash } }));
    return link !== null && count === 1 && link.expiresAt > now ? principalOf(link.user) : null;
  }

  async removeLinks(): Promise<void> {
    await this.database.write([], (client) => [client.signInLink.deleteMany()]);
  }

  async addSession({ id, principal, hash, createdAt, expiresAt }: Session, event: EventDraft): Promise<void> {
    await this.database.write([event], (client) => [
      client.session.create({ data: { id, userId: principal.id, hash, createdAt, expiresAt } }),
    ]);
  }

  async sessionByHash(hash: string): Promise<Session | null> {
    const row = await this.database.ask((client) => client.session.findUnique({ where: { hash }, ...WITH_USER }));
    return row && { id: row.id, principal: principalOf(row.user), hash, createdAt: row.createdAt, expiresAt: row.expiresAt };
  }

  async extendSession(id: string, expiresAt: Date): Promise<void> {
    await this.database.write([], (client) => [client.session.updateMany({ where: { id }, data: { expiresAt } })]);
  }

  async removeSession(id: string, event: EventDraft): Promise<void> {
    await this.database.write([event], (client) => [client.session.deleteMany({ where: { id } })]);
  }

  async removeExpiredSessions(now: Date): Promise<void> {
    await this.database.write([], (client) => [client.session.deleteMany({ where: { expiresAt: { lte: now } } })]);
  }
}

function principalOf({ id, name, role, tenant }: User & { tenant: Tenant }): Principal {
  return { id, name, role: role as Principal['role'], tenant: tenantOf(tenant) };
}

function tenantOf({ id, name, deniedPrivileges }: Tenant): TenantRef {
  const denied: Privilege[] = JSON.parse(deniedPrivileges);
  return denied.length > 0 ? { id, name, deniedPrivileges: denied } : { id, name };
}
