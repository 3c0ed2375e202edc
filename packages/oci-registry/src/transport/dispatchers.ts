import { lookup as dnsLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { InsecureRefusedError } from '../errors.js';
import { isLocalAddress, isLoopbackAddress, isLoopbackHost, literalAddress } from './address.js';

/** Values of HTTP_PROXY, HTTPS_PROXY and NO_PROXY; the caller reads the environment, this package does not. */
export interface ProxySettings {
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  /** Hosts, `.suffixes`, `host:port` or `*`, separated by commas. Networks in CIDR form are not understood. */
  readonly noProxy?: string | undefined;
}

export interface Timeouts {
  /** Milliseconds for TCP and TLS together. */
  readonly connectMs: number;
  /** Milliseconds from the request to the answer's header. */
  readonly headersMs: number;
  /** Milliseconds without a byte of the body. */
  readonly idleMs: number;
}

/** Which addresses of this machine and this link are fine: all for listed registries, the loopback for those on it, none for where others lead to. */
export type LocalPlaces = 'any' | 'loopback' | 'none';

export interface ConnectionKind {
  /** False only for registries that may also be spoken to in plain HTTP. */
  readonly verifyTls: boolean;
  readonly local: LocalPlaces;
}

/** Says no to an address before a packet is sent; the name is for the error sentence. */
export type DenyAddress = (address: string) => boolean;

interface Options {
  readonly proxy: ProxySettings;
  readonly timeouts: Timeouts;
  readonly denyAddress: DenyAddress | undefined;
}

// Per origin; layers of one image and several pulls share them.
const MAX_CONNECTIONS = 16;

/** Owns the connection pools of one client: direct or through a proxy, with or without certificate checks. */
export class Dispatchers {
  readonly #agents = new Map<string, Dispatcher>();

  constructor(private readonly options: Options) {}

  /** @throws InsecureRefusedError when the URL's host is an address that is not allowed */
  for(url: URL, kind: ConnectionKind): Dispatcher {
    const direct = isLoopbackHost(url.hostname) || !this.#hasProxy();
    const literal = literalAddress(url.hostname);
    if (literal !== undefined && this.#denies(literal, kind)) throw addressRefused(url.hostname, literal);

    const key = `${direct} ${kind.verifyTls} ${kind.local}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const made = direct ? new Agent(this.#agentOptions(kind)) : this.#proxied(kind);
    this.#agents.set(key, made);
    return made;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
    this.#agents.clear();
  }

  #hasProxy(): boolean {
    return Boolean(this.options.proxy.httpProxy) || Boolean(this.options.proxy.httpsProxy);
  }

  #proxied(kind: ConnectionKind): Dispatcher {
    const { httpProxy = '', httpsProxy = '', noProxy = '' } = this.options.proxy;
    // Empty strings, not undefined: undefined makes undici read process.env behind the caller's back.
    return new EnvHttpProxyAgent({
      ...this.#agentOptions(kind),
      httpProxy,
      httpsProxy,
      noProxy,
      ...(kind.verifyTls ? {} : { requestTls: { rejectUnauthorized: false } }),
    });
  }

  #agentOptions(kind: ConnectionKind): Agent.Options {
    const { connectMs, headersMs, idleMs } = this.options.timeouts;
    return {
      connections: MAX_CONNECTIONS,
      headersTimeout: headersMs,
      bodyTimeout: idleMs,
      // One TCP connection per layer: HTTP/2 would share one window between all of them.
      allowH2: false,
      connect: { timeout: connectMs, rejectUnauthorized: kind.verifyTls, lookup: this.#lookup(kind), allowH2: false },
    };
  }

  /** Checks the very addresses that are connected to, so a name that changes its mind between two lookups gains nothing. */
  #lookup(kind: ConnectionKind): LookupFunction {
    return (hostname, options, callback) => {
      dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, '');
        const denied = addresses.find(({ address }) => this.#denies(address, kind));
        if (denied !== undefined) return callback(addressRefused(hostname, denied.address), '');
        const [first] = addresses;
        if (options.all || first === undefined) return callback(null, addresses);
        callback(null, first.address, first.family);
      });
    };
  }

  #denies(address: string, kind: ConnectionKind): boolean {
    const local = kind.local !== 'any' && isLocalAddress(address) && !(kind.local === 'loopback' && isLoopbackAddress(address));
    return local || (this.options.denyAddress?.(address) ?? false);
  }
}

function addressRefused(hostname: string, address: string): InsecureRefusedError {
  return new InsecureRefusedError(`${hostname} is refused: the address ${address} may not be used for it`);
}
