import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import { AccessStore } from './access.ports.js';
import type { Principal } from './principal.js';
import { digestOf, isLinkToken, newSecret } from './secrets.js';
import { sessionEvent } from './session-events.js';
import { sessionEnd } from './session-lifetime.js';
import type { Session } from './sessions.js';
import { SignInThrottle } from './sign-in-throttle.js';

export interface SignedIn {
  readonly session: Session;
  /** For the browser, and for nobody else. */
  readonly secret: string;
}

/** Opens a session for who holds the token of a one-time link or an API token. */
@Injectable()
export class SignIn {
  constructor(
    private readonly store: AccessStore,
    private readonly throttle: SignInThrottle,
  ) {}

  /** `client` is where the attempt comes from. Throws `too_many_requests`, `link_expired` or `unauthenticated`. */
  async execute(token: string, client: string): Promise<SignedIn> {
    this.throttle.attempt(client);
    const principal = await this.principalOf(token);
    this.throttle.succeeded(client);
    return this.open(principal);
  }

  private async principalOf(token: string): Promise<Principal> {
    const hash = digestOf(token);
    const isLink = isLinkToken(token);
    const principal = isLink ? await this.store.takeLink(hash, new Date()) : await this.store.principalByToken(hash);
    if (principal) return principal;
    if (isLink) throw new DomainError('link_expired', 'this link was used already or is too old; restart Keelson for a new one');
    throw new DomainError('unauthenticated', 'nobody has this token; use the one in the file admin-token below KEELSON_ROOT');
  }

  private async open(principal: Principal): Promise<SignedIn> {
    const secret = newSecret();
    const createdAt = new Date();
    const session: Session = { id: randomUUID(), principal, hash: digestOf(secret), createdAt, expiresAt: sessionEnd(createdAt) };
    await this.store.removeExpiredSessions(createdAt);
    await this.store.addSession(session, sessionEvent(session, 'session.create'));
    return { session, secret };
  }
}
