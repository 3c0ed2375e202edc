import { z } from 'zod';
import { ContentInvalidError, InsecureRefusedError, NotFoundError, UnauthorizedError, UnavailableError } from '../errors.js';
import { basicAuthorization, type Credentials } from './basic.js';
import type { Challenge } from './challenge.js';
import { connectionError } from './connection-error.js';
import type { Endpoint } from './endpoint.js';
import { discard, type HttpAnswer, type HttpRequest, readBounded } from './http.js';
import { checkedTarget, isEndpoint } from './redirect.js';

// Docker's token specification: `token` and `access_token` are the same, 60 s is meant when nothing is said.
const tokenAnswer = z.object({
  token: z.string().max(65_536).optional(),
  access_token: z.string().max(65_536).optional(),
  expires_in: z.number().positive().max(31_536_000).catch(60).default(60),
});
const MAX_TOKEN_ANSWER = 256 * 1024;
// Several callers wait for one token, and none of them can give up for the others.
const TOKEN_MS = 60_000;
// Header-safe characters only: a token with a line break would be a second header.
const TOKEN = /^[\x21-\x7e]+$/;

export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface TokenRequest {
  readonly endpoint: Endpoint;
  readonly challenge: Challenge;
  /** `repository:library/nginx:pull`. */
  readonly scope: string;
  /** Familiar name for error sentences. */
  readonly name: string;
  readonly credentials: Credentials | undefined;
  /** Hosts that may see the password besides the registry's own and its sister hosts. */
  readonly trustedRealms: readonly string[];
}

/** A request with retries and redirects, without authentication. */
export type Get = (request: HttpRequest) => Promise<HttpAnswer>;

/** Asks the realm of a Bearer challenge for a token (distribution spec, "token authentication"). */
export async function fetchToken(request: TokenRequest, get: Get): Promise<Token> {
  const { credentials } = request;
  const url = tokenUrl(request);
  const headers: Record<string, string> = credentials ? { authorization: basicAuthorization(credentials) } : {};
  const timeout = AbortSignal.timeout(TOKEN_MS);
  try {
    return await readToken(await get({ url, headers, signal: timeout }), url, request);
  } catch (error) {
    if (timeout.aborted) throw new UnavailableError(`${url.host} gave no token within ${TOKEN_MS / 1000} s`);
    throw connectionError(error, url.host, undefined);
  }
}

async function readToken(answer: HttpAnswer, url: URL, request: TokenRequest): Promise<Token> {
  const asked = Date.now();
  if (answer.status !== 200) {
    await discard(answer);
    throw refusal(answer.status, url, request);
  }
  const body = await readBounded(answer, MAX_TOKEN_ANSWER);
  const parsed = tokenAnswer.safeParse(parseJson(body));
  const value = parsed.data?.token ?? parsed.data?.access_token;
  if (!parsed.success || value === undefined || !TOKEN.test(value)) {
    throw new ContentInvalidError(`${url.host} gave no usable token for ${request.endpoint.host}`);
  }
  return { value, expiresAt: asked + parsed.data.expires_in * 1000 };
}

function tokenUrl({ endpoint, challenge, scope, credentials, trustedRealms }: TokenRequest): URL {
  const url = checkedTarget(challenge.params.get('realm') ?? '', undefined, endpoint);
  if (credentials !== undefined && !mayHavePassword(url, endpoint, trustedRealms)) {
    throw new InsecureRefusedError(
      `${endpoint.host} wants its password sent to ${url.host}, which is another host; list ${url.hostname} as a trusted realm if that is right`,
    );
  }
  const service = challenge.params.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  if (credentials !== undefined) url.searchParams.set('account', credentials.username);
  return url;
}

/**
 * The registry's own host on any port, a host below it, or a sister: auth.docker.io for registry-1.docker.io, gitlab.example
 * for registry.gitlab.example. Loopback names are only equal to themselves.
 */
export function mayHavePassword(realm: URL, endpoint: Endpoint, trustedRealms: readonly string[]): boolean {
  const host = realm.hostname;
  const own = new URL(`https://${endpoint.host}`).hostname;
  if (host === own || isEndpoint(realm, endpoint) || trustedRealms.includes(host) || trustedRealms.includes(realm.host)) return true;
  if (/[[:]|^[\d.]+$/.test(own)) return false;
  if (host.endsWith(`.${own}`)) return true;
  const parent = own.slice(own.indexOf('.') + 1);
  // At least `docker.io`: below a bare `io` everybody would be a sister.
  return own.split('.').length > 2 && (host === parent || host.endsWith(`.${parent}`));
}

function refusal(status: number, url: URL, { endpoint, name, credentials }: TokenRequest): Error {
  if (status !== 401 && status !== 403)
    return new UnavailableError(`${url.host} answered ${status} when asked for a token for ${endpoint.host}`);
  return credentials ? passwordRefused(endpoint, credentials) : accessDenied(name, endpoint);
}

export function passwordRefused(endpoint: Endpoint, { username }: Credentials): UnauthorizedError {
  return new UnauthorizedError(`${endpoint.host} refused the user name or password of ${JSON.stringify(username)}`);
}

/** Docker's sentence: a registry that hides private repositories gives a stranger the same answer for both cases. */
export function accessDenied(name: string, endpoint: Endpoint): NotFoundError {
  return new NotFoundError(
    `pull access denied for ${name}, repository does not exist or may require authorization: ${endpoint.host} was asked`,
  );
}

function parseJson(body: Buffer | undefined): unknown {
  try {
    return body === undefined ? undefined : JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
