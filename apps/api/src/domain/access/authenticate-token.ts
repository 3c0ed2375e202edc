import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import { AccessStore } from './access.ports.js';
import type { Principal } from './principal.js';
import { digestOf } from './secrets.js';

/** Whose API token this is. */
@Injectable()
export class AuthenticateToken {
  constructor(private readonly store: AccessStore) {}

  /** Throws `unauthenticated`. */
  async execute(token: string): Promise<Principal> {
    const principal = await this.store.principalByToken(digestOf(token));
    if (!principal) throw new DomainError('unauthenticated', 'nobody has this token');
    return principal;
  }
}
