import { RegistryError, UnavailableError } from '../errors.js';
import { answerError, type Question } from './answer-error.js';
import { type Access, Authenticator, type CredentialsOf, type Subject } from './authenticator.js';
import { parseChallenges } from './challenge.js';
import { connectionError } from './connection-error.js';
import type { Endpoint } from './endpoint.js';
import { discard, type HttpAnswer, type HttpRequest, headerValues, readBounded, type Send } from './http.js';
import { ping } from './ping.js';
import { isEndpoint, sendFollowing } from './redirect.js';
import { backOffMs, isConnectionTrouble, pause, type RetryPolicy, sendRetrying } from './retry.js';

export interface TransportOptions {
  readonly send: Send;
  readonly retry: RetryPolicy;
  readonly credentials: CredentialsOf;
  readonly trustedRealms: readonly string[];
}

export interface RegistryRequest {
  /** Below `/v2/`, `library/nginx/manifests/latest`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: Subject;
  readonly question: Question;
  readonly signal: AbortSignal | undefined;
}

/** Speaks to one registry or mirror: ping once, authenticate, retry, follow redirects. */
export class RegistryTransport {
  #base: URL | undefined;
  readonly #auth: Authenticator;

  constructor(
    readonly endpoint: Endpoint,
    private readonly options: TransportOptions,
  ) {
    this.#auth = new Authenticator(endpoint, options.credentials, options.trustedRealms, (request) => this.#get(request, options.retry));
  }

  /** @returns an answer with status 200 or 206; every other one becomes a RegistryError */
  async get(request: RegistryRequest): Promise<HttpAnswer> {
    try {
      const url = new URL(request.path, await this.#pinged(request.signal));
      const { answer, access } = await this.#authenticated(url, request);
      if (answer.status === 200 || answer.status === 206) return answer;
      throw await this.#failure(answer, access, request);
    } catch (error) {
      // The next request looks again whether HTTPS or HTTP is spoken.
      if (!(error instanceof RegistryError)) this.#base = undefined;
      throw connectionError(error, this.endpoint.host, request.signal);
    }
  }

  /**
   * As `get`, and the whole body; asked again when the connection breaks within it.
   *
   * @returns bytes undefined when there are more than `limit`
   */
  async getWhole(request: RegistryRequest, limit: number): Promise<{ answer: HttpAnswer; bytes: Buffer | undefined }> {
    const { attempts } = this.options.retry;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.get(request);
      try {
        return { answer, bytes: await readBounded(answer, limit) };
      } catch (error) {
        if (attempt === attempts || !isConnectionTrouble(error)) throw connectionError(error, this.endpoint.host, request.signal);
      }
      await this.backOff(attempt, request.signal);
    }
  }

  /** Waits as the retry policy says after the given number of failures. */
  backOff(failures: number, signal: AbortSignal | undefined): Promise<void> {
    return pause(backOffMs(failures, this.options.retry), signal);
  }

  /** Failures in a row after which a broken body is given up. */
  get attempts(): number {
    return this.options.retry.attempts;
  }

  async #authenticated(url: URL, request: RegistryRequest): Promise<{ answer: HttpAnswer; access: Access }> {
    const { headers, signal, subject } = request;
    const send = async (access: Access) => {
      const authorization = access.authorization === undefined ? undefined : { authorization: access.authorization };
      return this.#get({ url, headers: { ...headers, ...authorization }, signal }, this.options.retry);
    };

    const access = await this.#access(subject, signal);
    const answer = await send(access);
    // A foreign host's challenge is not answered: the password belongs to the registry.
    if (answer.status !== 401 || !isEndpoint(answer.url, this.endpoint)) return { answer, access };

    this.#auth.learn(parseChallenges(headerValues(answer, 'www-authenticate')));
    this.#auth.forget(subject);
    const second = await this.#access(subject, signal).catch(async (error: unknown) => {
      await discard(answer);
      throw error;
    });
    if (second.authorization === undefined || second.authorization === access.authorization) return { answer, access: second };
    await discard(answer);
    return { answer: await send(second), access: second };
  }

  #access(subject: Subject, signal: AbortSignal | undefined): Promise<Access> {
    return orAborted(this.#auth.access(subject), signal);
  }

  async #pinged(signal: AbortSignal | undefined): Promise<URL> {
    if (this.#base !== undefined) return this.#base;
    const found = await ping(this.endpoint, (url, policy) => this.#get({ url, headers: {}, signal }, policy), this.options.retry);
    this.#auth.learn(found.challenges);
    this.#base = found.base;
    return found.base;
  }

  #get(request: HttpRequest, policy: RetryPolicy): Promise<HttpAnswer> {
    return sendRetrying(() => sendFollowing(this.options.send, this.endpoint, request), policy, request.signal);
  }

  async #failure(answer: HttpAnswer, access: Access, { question }: RegistryRequest): Promise<RegistryError> {
    if (answer.status >= 200 && answer.status < 300) {
      await discard(answer);
      return new UnavailableError(`${this.endpoint.host} answered ${answer.status} for ${question.what}, which means nothing here`);
    }
    return answerError(answer, this.endpoint, access, question);
  }
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
