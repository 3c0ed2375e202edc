import { InsecureRefusedError, UnavailableError } from '../errors.js';
import type { LocalPlaces } from './dispatchers.js';
import type { Endpoint } from './endpoint.js';
import { discard, type HttpAnswer, type HttpRequest, header, type Send } from './http.js';

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends and follows redirects. Authorization goes to the first host and port only, and stays away once another was seen
 * (CVE-2020-15157: a blob's redirect took the registry's password along).
 */
export async function sendFollowing(send: Send, endpoint: Endpoint, request: HttpRequest): Promise<HttpAnswer> {
  let { url, headers } = request;
  for (let hops = 0; ; hops++) {
    const foreign = !isEndpoint(url, endpoint);
    const kind = {
      verifyTls: foreign || !endpoint.plainAllowed,
      local: localPlaces(endpoint, foreign),
    };
    const answer = await send({ ...request, url, headers }, kind);
    const location = header(answer, 'location');
    if (!REDIRECTS.has(answer.status) || location === undefined) return answer;

    await discard(answer);
    if (hops === MAX_REDIRECTS) throw new UnavailableError(`${endpoint.host} redirects more than ${MAX_REDIRECTS} times`);
    const next = checkedTarget(location, url, endpoint);
    if (next.origin !== url.origin) headers = withoutAuthorization(headers);
    url = next;
  }
}

/** A registry on the loopback may lead to the loopback, and none leads to the link, where clouds keep their metadata. */
function localPlaces({ loopback, plainAllowed }: Endpoint, foreign: boolean): LocalPlaces {
  if (loopback) return 'loopback';
  return plainAllowed && !foreign ? 'any' : 'none';
}

/** The endpoint's own host, on whichever scheme: a loopback registry on another port is another host. */
export function isEndpoint(url: URL, endpoint: Endpoint): boolean {
  return url.host === new URL(`${url.protocol}//${endpoint.host}`).host;
}

/** @throws InsecureRefusedError unless it is https, or http from a registry that is allowed plain HTTP itself */
export function checkedTarget(target: string, base: URL | undefined, endpoint: Endpoint): URL {
  if (!URL.canParse(target, base?.href)) throw new UnavailableError(`${endpoint.host} sends us on to something that is no URL`);
  const url = new URL(target, base?.href);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && endpoint.plainAllowed)) {
    throw new InsecureRefusedError(`${endpoint.host} sends us on to ${url.protocol}//${url.host}: only https is followed`);
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

function withoutAuthorization(headers: HttpRequest['headers']): HttpRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'));
}
