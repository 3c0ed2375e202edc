import { AccessStore } from '../../domain/access/access.ports.js';
import type { Principal, TenantRef } from '../../domain/access/principal.js';
import type { Privilege } from '../../domain/access/privilege.js';
import type { Session, SignInLink } from '../../domain/access/sessions.js';
import type { EventDraft } from '../../domain/events/events.js';
import { Remembered } from './remembered.js';

/** Far more than there are browsers and scripts at a time. */
const MOST = 1_000;

/**
 * Keeps the database out of every request's way: tokens and sessions are asked for with each one and written once an hour. The instance's lock makes this
 * process the only one that writes, so a write here is all that can make an answer wrong.
 */
export class RememberingAccessStore extends AccessStore {
  private readonly tokens = new Remembered<Principal>(MOST);
  private readonly sessions = new Remembered<Session>(MOST);

  constructor(private readonly store: AccessStore) {
    super();
  }

  principalByToken(hash: string): Promise<Principal | null> {
    return this.tokens.get(hash, () => this.store.principalByToken(hash));
  }

  sessionByHash(hash: string): Promise<Session | null> {
    return this.sessions.get(hash, () => this.store.sessionByHash(hash));
  }

  ensurePrincipal(principal: Principal): Promise<void> {
    return this.writing(this.store.ensurePrincipal(principal));
  }

  setToken(principalId: string, name: string, hash: string): Promise<void> {
    return this.writing(this.store.setToken(principalId, name, hash));
  }

  tenantById(id: string): Promise<TenantRef | null> {
    return this.store.tenantById(id);
  }

  denyPrivileges(tenantId: string, denied: readonly Privilege[], event: EventDraft): Promise<void> {
    return this.writing(this.store.denyPrivileges(tenantId, denied, event));
  }

  addLink(link: SignInLink): Promise<void> {
    return this.store.addLink(link);
  }

  takeLink(hash: string, now: Date): Promise<Principal | null> {
    return this.store.takeLink(hash, now);
  }

  removeLinks(): Promise<void> {
    return this.store.removeLinks();
  }

  addSession(session: Session, event: EventDraft): Promise<void> {
    return this.store.addSession(session, event);
  }

  extendSession(id: string, expiresAt: Date): Promise<void> {
    return this.writing(this.store.extendSession(id, expiresAt));
  }

  removeSession(id: string, event: EventDraft): Promise<void> {
    return this.writing(this.store.removeSession(id, event));
  }

  removeExpiredSessions(now: Date): Promise<void> {
    return this.writing(this.store.removeExpiredSessions(now));
  }

  /** Also after a write that failed: what it did is unknown. */
  private async writing(write: Promise<void>): Promise<void> {
    try {
      await write;
    } finally {
      this.tokens.forget();
      this.sessions.forget();
    }
  }
}
