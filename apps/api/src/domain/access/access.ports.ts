import type { EventDraft } from '../events/events.js';
import type { Principal, TenantRef } from './principal.js';
import type { Privilege } from './privilege.js';
import type { Session, SignInLink } from './sessions.js';

/** Who may come in. Secrets reach it as SHA-256 digests only. */
export abstract class AccessStore {
  /** Makes principal and tenant where they are missing. */
  abstract ensurePrincipal(principal: Principal): Promise<void>;
  abstract principalByToken(hash: string): Promise<Principal | null>;
  /** Gives the principal's token of that name a new secret. */
  abstract setToken(principalId: string, name: string, hash: string): Promise<void>;

  abstract tenantById(id: string): Promise<TenantRef | null>;
  abstract denyPrivileges(tenantId: string, denied: readonly Privilege[], event: EventDraft): Promise<void>;

  abstract addLink(link: SignInLink): Promise<void>;
  /** Takes the link away and says whose it was; null where it is unknown, used or expired. Of two callers one gets it. */
  abstract takeLink(hash: string, now: Date): Promise<Principal | null>;
  abstract removeLinks(): Promise<void>;

  abstract addSession(session: Session, event: EventDraft): Promise<void>;
  abstract sessionByHash(hash: string): Promise<Session | null>;
  abstract extendSession(id: string, expiresAt: Date): Promise<void>;
  abstract removeSession(id: string, event: EventDraft): Promise<void>;
  abstract removeExpiredSessions(now: Date): Promise<void>;
}

/** The file from which scripts on this host take the first administrator's token. */
export abstract class TokenFile {
  /** null where there is none. */
  abstract read(): Promise<string | null>;
  abstract write(token: string): Promise<void>;
}
