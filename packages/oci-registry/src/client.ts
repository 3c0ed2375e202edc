import { type BlobDownload, downloadBlob } from './blob/download-blob.js';
import { askInTurn } from './endpoints.js';
import type { Platform } from './manifest/document.js';
import { familiarName } from './reference/format-reference.js';
import { parseReference } from './reference/parse-reference.js';
import { DEFAULT_DOMAIN, type Reference } from './reference/reference.js';
import { type ResolvedImage, resolveImage } from './resolve-image.js';
import type { CredentialsOf } from './transport/authenticator.js';
import { type DenyAddress, Dispatchers, type ProxySettings, type Timeouts } from './transport/dispatchers.js';
import { mirrorEndpoint, registryEndpoint } from './transport/endpoint.js';
import { createSend } from './transport/http.js';
import { DEFAULT_RETRY, type RetryPolicy } from './transport/retry.js';
import { RegistryTransport } from './transport/transport.js';

export interface RegistryClientOptions {
  /** Version in the user agent, `keelson/<version>`. */
  readonly version: string;
  /** Hosts, as `host` or `host:port`, that may be spoken to in plain HTTP or with a certificate nobody knows. Loopback always may. */
  readonly insecureRegistries?: readonly string[];
  /** Asked first for docker.io names, in this order: `https://mirror.example`, `http://127.0.0.1:5000`. */
  readonly mirrors?: readonly string[];
  readonly proxy?: ProxySettings;
  /**
   * Asked with `docker.io` or `registry.example:5000`; a mirror is asked for under its own host, so it never sees the
   * password of docker.io. One client keeps the tokens it got: give each tenant a client of its own.
   */
  readonly credentials?: CredentialsOf;
  /** Hosts that may get the password as token realm although they are strangers to the registry. */
  readonly trustedRealms?: readonly string[];
  /** True refuses an address before anything is sent to it. Checked on each connection, except through a proxy. */
  readonly denyAddress?: DenyAddress;
  readonly timeouts?: Partial<Timeouts>;
  readonly retry?: Partial<RetryPolicy>;
}

export interface ResolveOptions {
  readonly platform: Platform;
  readonly signal?: AbortSignal | undefined;
}

export type DownloadOptions = Pick<BlobDownload, 'descriptor' | 'file'> & Partial<Pick<BlobDownload, 'signal' | 'onProgress'>>;

export interface RegistryClient {
  /**
   * What the reference stands for: manifest, config and layer descriptors, all verified.
   * @throws RegistryError
   */
  resolve(reference: Reference | string, options: ResolveOptions): Promise<ResolvedImage>;
  /**
   * One blob of that reference's repository into a file; see `BlobDownload`.
   * @throws RegistryError, or the file system's error
   */
  downloadBlob(reference: Reference | string, options: DownloadOptions): Promise<void>;
  /** Cuts all connections; what is under way fails. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 15_000, headersMs: 30_000, idleMs: 60_000 };
const MAX_TRANSPORTS = 64;

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const {
    insecureRegistries = [],
    mirrors = [],
    proxy = {},
    credentials = async () => undefined,
    trustedRealms = [],
    denyAddress,
  } = options;
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const dispatchers = new Dispatchers({ proxy, timeouts, denyAddress });
  const send = createSend(dispatchers, `keelson/${options.version}`);
  const mirrorEndpoints = mirrors.map((mirror) => mirrorEndpoint(mirror, insecureRegistries));
  const known = new Map<string, readonly RegistryTransport[]>();

  // Kept by registry, because a transport remembers how its endpoint is to be spoken to; the oldest goes when there are many.
  const transportsOf = (domain: string): readonly RegistryTransport[] => {
    const kept = known.get(domain);
    if (kept !== undefined) return kept;
    const endpoints = [...(domain === DEFAULT_DOMAIN ? mirrorEndpoints : []), registryEndpoint(domain, insecureRegistries)];
    const made = endpoints.map((endpoint) => new RegistryTransport(endpoint, { send, retry, credentials, trustedRealms }));
    const [oldest] = known.keys();
    if (known.size >= MAX_TRANSPORTS && oldest !== undefined) known.delete(oldest);
    known.set(domain, made);
    return made;
  };

  return {
    async resolve(input, { platform, signal }) {
      const reference = asReference(input);
      return askInTurn(transportsOf(reference.domain), signal, (transport) => resolveImage(transport, reference, platform, signal));
    },
    async downloadBlob(input, { descriptor, file, signal, onProgress }) {
      const reference = asReference(input);
      const { repository } = reference;
      const download = { repository, name: familiarName(reference), descriptor, file, signal, onProgress };
      await askInTurn(transportsOf(reference.domain), signal, (transport) => downloadBlob(transport, download));
    },
    close: () => dispatchers.close(),
  };
}

function asReference(input: Reference | string): Reference {
  return typeof input === 'string' ? parseReference(input) : input;
}
