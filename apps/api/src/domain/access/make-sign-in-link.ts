import { Injectable } from '@nestjs/common';
import { AccessStore } from './access.ports.js';
import type { Principal } from './principal.js';
import { digestOf, newLinkToken } from './secrets.js';

const LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Makes the one link that signs the principal in, once, within a day; every earlier link is void. */
@Injectable()
export class MakeSignInLink {
  constructor(private readonly store: AccessStore) {}

  /** Returns the link's token, which is nowhere else. */
  async execute(principal: Principal): Promise<string> {
    const token = newLinkToken();
    await this.store.removeLinks();
    await this.store.addLink({ hash: digestOf(token), principalId: principal.id, expiresAt: new Date(Date.now() + LIFETIME_MS) });
    return token;
  }
}
