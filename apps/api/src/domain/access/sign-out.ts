import { Injectable } from '@nestjs/common';
import { AccessStore } from './access.ports.js';
import type { Principal } from './principal.js';
import { digestOf } from './secrets.js';
import { sessionEvent } from './session-events.js';

/** Ends the caller's session. One that has ended already is no error. */
@Injectable()
export class SignOut {
  constructor(private readonly store: AccessStore) {}

  async execute(principal: Principal, secret: string): Promise<void> {
    const session = await this.store.sessionByHash(digestOf(secret));
    if (session?.principal.id !== principal.id) return;
    await this.store.removeSession(session.id, sessionEvent(session, 'session.remove'));
  }
}
