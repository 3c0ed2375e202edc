import { Injectable } from '@nestjs/common';
import { AccessStore, TokenFile } from './access.ports.js';
import { FIRST_ADMINISTRATOR } from './first-administrator.js';
import { digestOf, isSecret, newSecret } from './secrets.js';

/** The token's name among those of the administrator. */
const TOKEN_NAME = 'admin-token';

/** Run at every start: administrator and tenant exist, and the token in the file opens the API. A file that is gone gets a new token; the old one is void. */
@Injectable()
export class EnsureAdministrator {
  constructor(
    private readonly store: AccessStore,
    private readonly file: TokenFile,
  ) {}

  async execute(): Promise<void> {
    await this.store.ensurePrincipal(FIRST_ADMINISTRATOR);
    const hash = digestOf(await this.token());
    const known = await this.store.principalByToken(hash);
    if (known?.id !== FIRST_ADMINISTRATOR.id) await this.store.setToken(FIRST_ADMINISTRATOR.id, TOKEN_NAME, hash);
  }

  /** The file comes first: a token that only the store knew would let nobody in. */
  private async token(): Promise<string> {
    const kept = await this.file.read();
    if (kept !== null && isSecret(kept)) return kept;
    const token = newSecret();
    await this.file.write(token);
    return token;
  }
}
