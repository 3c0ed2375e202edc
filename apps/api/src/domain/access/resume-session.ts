import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import { AccessStore } from './access.ports.js';
import { digestOf } from './secrets.js';
import { sessionEnd } from './session-lifetime.js';
import type { Session } from './sessions.js';

/** A session in constant use is written this often, not at every request. */
const EXTEND_AFTER_MS = 60 * 60 * 1000;

/** The session that a browser's secret belongs to, which lasts longer for being used. */
@Injectable()
export class ResumeSession {
  constructor(private readonly store: AccessStore) {}

  /** Throws `unauthenticated`. */
  async execute(secret: string): Promise<Session> {
    const now = new Date();
    const session = await this.store.sessionByHash(digestOf(secret));
    if (!session || session.expiresAt <= now) throw new DomainError('unauthenticated', 'this session has ended; sign in again');
    const expiresAt = sessionEnd(now);
    if (expiresAt.getTime() - session.expiresAt.getTime() < EXTEND_AFTER_MS) return session;
    await this.store.extendSession(session.id, expiresAt);
    return { ...session, expiresAt };
  }
}
