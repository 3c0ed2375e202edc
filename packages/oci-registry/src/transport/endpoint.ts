import { InsecureRefusedError, ReferenceInvalidError } from '../errors.js';
import { DEFAULT_DOMAIN } from '../reference/reference.js';
import { isLoopbackHost } from './address.js';

type Scheme = 'https' | 'http';

/** One server that may be asked for an image. */
export interface Endpoint {
  /** `host` or `host:port`, as it stands in URLs and error sentences. */
  readonly host: string;
  /** The registry whose credentials may be sent here. A mirror of docker.io has its own host here, never docker.io. */
  readonly credentialsOf: string;
  /** Tried in this order by the first request. */
  readonly schemes: readonly Scheme[];
  /** Plain HTTP and unverified certificates are accepted: a loopback host or one that the operator listed. */
  readonly plainAllowed: boolean;
  /** It is this machine, and may lead to other ports of it. */
  readonly loopback: boolean;
}

const DOCKER_HUB_HOST = 'registry-1.docker.io';

export function registryEndpoint(domain: string, insecureRegistries: readonly string[]): Endpoint {
  const host = domain === DEFAULT_DOMAIN ? DOCKER_HUB_HOST : domain;
  const loopback = isLoopback(host);
  const plainAllowed = loopback || insecureRegistries.includes(host);
  return { host, credentialsOf: domain, schemes: plainAllowed ? ['https', 'http'] : ['https'], plainAllowed, loopback };
}

/**
 * @param text `https://mirror.example` or `http://127.0.0.1:5000`; no path, as the Docker daemon has it
 * @throws ReferenceInvalidError when it is no such URL, InsecureRefusedError for http:// to a host that is not allowed it
 */
export function mirrorEndpoint(text: string, insecureRegistries: readonly string[]): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.host === '') {
    // The text may hold a password: it is not repeated.
    throw new ReferenceInvalidError('a registry mirror must be a URL such as https://mirror.example');
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new ReferenceInvalidError(`registry mirror ${url.protocol}//${url.host} must be a host only: no path, query or user name`);
  }
  const loopback = isLoopback(url.host);
  const plainAllowed = loopback || insecureRegistries.includes(url.host);
  const scheme: Scheme = url.protocol === 'http:' ? 'http' : 'https';
  if (scheme === 'http' && !plainAllowed) {
    throw new InsecureRefusedError(`registry mirror ${text} uses plain HTTP; use https:// or list ${url.host} as an insecure registry`);
  }
  return { host: url.host, credentialsOf: url.host, schemes: [scheme], plainAllowed, loopback };
}

/** By the URL parser's form of the host, for that is what will be connected to: 127.1, 0x7f000001 and 2130706433 are all loopback. */
function isLoopback(host: string): boolean {
  return isLoopbackHost(new URL(`http://${host}`).hostname);
}
