import { basicAuthorization, type Credentials } from './basic.js';
import { fetchToken, type Get, type Token } from './bearer.js';
import type { Challenge } from './challenge.js';
import type { Endpoint } from './endpoint.js';

/** User name and password for a registry (`docker.io`, `registry.example:5000`), undefined to go without. */
export type CredentialsOf = (registry: string) => Promise<Credentials | undefined>;

export interface Access {
  /** Value of the Authorization header; undefined: none is needed or possible. */
  readonly authorization: string | undefined;
  readonly scheme: 'none' | 'basic' | 'bearer';
  readonly credentials: Credentials | undefined;
}

/** Which repository is to be read, and what people call it. */
export interface Subject {
  readonly repository: string;
  readonly name: string;
}

// A token is not used in its last seconds: it must still be good when it arrives.
const MARGIN_MS = 5_000;
const MAX_TOKENS = 256;

/** Answers one endpoint's challenges: basic, or bearer with one cached token for each scope. */
export class Authenticator {
  #challenges: readonly Challenge[] = [];
  readonly #tokens = new Map<string, Promise<Token>>();

  constructor(
    private readonly endpoint: Endpoint,
    private readonly credentialsOf: CredentialsOf,
    private readonly trustedRealms: readonly string[],
    private readonly get: Get,
  ) {}

  /** Takes over what the registry asks for; an answer without a challenge changes nothing. */
  learn(challenges: readonly Challenge[]): void {
    if (challenges.length > 0) this.#challenges = challenges;
  }

  forget(subject: Subject): void {
    this.#tokens.delete(scopeOf(subject));
  }

  async access(subject: Subject): Promise<Access> {
    const bearer = this.#challenges.find(({ scheme, params }) => scheme === 'bearer' && params.has('realm'));
    const basic = this.#challenges.some(({ scheme }) => scheme === 'basic');
    if (bearer === undefined && !basic) return { authorization: undefined, scheme: 'none', credentials: undefined };

    const credentials = await this.credentialsOf(this.endpoint.credentialsOf);
    if (bearer !== undefined) {
      const token = await this.#token(bearer, subject, credentials);
      return { authorization: `Bearer ${token.value}`, scheme: 'bearer', credentials };
    }
    return { authorization: credentials && basicAuthorization(credentials), scheme: 'basic', credentials };
  }

  /** Layers of one image ask at the same moment: they share one question. */
  async #token(challenge: Challenge, subject: Subject, credentials: Credentials | undefined): Promise<Token> {
    const scope = scopeOf(subject);
    const cached = this.#tokens.get(scope);
    const token = await cached?.catch(() => undefined);
    if (token !== undefined && token.expiresAt - MARGIN_MS > Date.now()) return token;

    // Another caller may have replaced it while this one waited.
    const current = this.#tokens.get(scope);
    if (current !== undefined && current !== cached) return current;
    const fresh = fetchToken(
      { endpoint: this.endpoint, challenge, scope, name: subject.name, credentials, trustedRealms: this.trustedRealms },
      this.get,
    );
    this.#remember(scope, fresh);
    return fresh;
  }

  #remember(scope: string, token: Promise<Token>): void {
    this.#tokens.delete(scope);
    this.#tokens.set(scope, token);
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > MAX_TOKENS && oldest !== undefined) this.#tokens.delete(oldest);
    token.catch(() => {
      if (this.#tokens.get(scope) === token) this.#tokens.delete(scope);
    });
  }
}

function scopeOf({ repository }: Subject): string {
  return `repository:${repository}:pull`;
}
