import type { Dispatcher } from 'undici';
import { request as undiciRequest } from 'undici';
import type { ConnectionKind, Dispatchers } from './dispatchers.js';

export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** A header has come, the body has not been read: somebody must read, `discard` or destroy it. */
export interface HttpAnswer {
  readonly status: number;
  /** Where it came from, after redirects. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Dispatcher.ResponseData['body'];
}

/** Sends one GET request: no retries, no redirects, no authentication. */
export type Send = (request: HttpRequest, kind: ConnectionKind) => Promise<HttpAnswer>;

export function createSend(dispatchers: Dispatchers, userAgent: string): Send {
  return async ({ url, headers, signal }, kind) => {
    signal?.throwIfAborted();
    const answer = await undiciRequest(url, {
      method: 'GET',
      // identity: a digest is over the bytes as stored, and a compressed answer would need a bound of its own.
      headers: { 'user-agent': userAgent, 'accept-encoding': 'identity', ...headers },
      dispatcher: dispatchers.for(url, kind),
      ...(signal ? { signal } : {}),
    });
    // A body that nobody reads to its end reports a broken connection on the stream: that must not end the process.
    answer.body.on('error', () => undefined);
    return { status: answer.statusCode, url, headers: answer.headers, body: answer.body };
  };
}

export function header(answer: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export function headerValues(answer: Pick<HttpAnswer, 'headers'>, name: string): readonly string[] {
  const value = answer.headers[name];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** Lets go of an answer that nobody wants; the connection is kept when the rest is small. */
export async function discard(answer: HttpAnswer): Promise<void> {
  await answer.body.dump({ limit: 64 * 1024 }).catch(() => undefined);
}

/** Whole body, at most `limit` bytes; undefined when there is more. */
export async function readBounded(answer: HttpAnswer, limit: number): Promise<Buffer | undefined> {
  if (Number(header(answer, 'content-length') ?? 0) > limit) {
    answer.body.destroy();
    return undefined;
  }
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of answer.body) {
    total += chunk.length;
    // Leaving the loop destroys the body.
    if (total > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total);
}
