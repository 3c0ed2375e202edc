import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { AuthenticateToken } from '../../domain/access/authenticate-token.js';
import type { Principal } from '../../domain/access/principal.js';
import { ResumeSession } from '../../domain/access/resume-session.js';
import { DomainError } from '../../domain/errors.js';
import { HostNames } from './host-names.js';
import { RequestGate } from './request-gate.js';
import { requireSameOrigin } from './same-origin.js';
import { readSessionCookie } from './session-cookie.js';

const BEARER = /^Bearer +(\S+)$/i;

/** Credentials come in headers only: addresses end up in histories and logs. */
@Injectable()
export class CredentialGate extends RequestGate {
  constructor(
    private readonly hosts: HostNames,
    private readonly authenticateToken: AuthenticateToken,
    private readonly resumeSession: ResumeSession,
  ) {
    super();
  }

  async admit(request: IncomingMessage): Promise<Principal> {
    this.hosts.check(request);
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.authenticateToken.execute(bearerToken(authorization));
    const secret = readSessionCookie(request);
    if (secret === undefined) throw new DomainError('unauthenticated', 'sign in, or send an API token as "Authorization: Bearer TOKEN"');
    requireSameOrigin(request);
    return (await this.resumeSession.execute(secret)).principal;
  }
}

function bearerToken(authorization: string): string {
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new DomainError('unauthenticated', 'the Authorization header must read "Bearer TOKEN"');
  return token;
}
