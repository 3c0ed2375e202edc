import { API_PREFIX } from '@keelson/contracts';
import { z } from 'zod';
import { ApiFailure, failureOf } from './api-error';
import { readLines } from './read-lines';

// zod compiles its parsers with `new Function` where it may; a page with a content policy may not.
z.config({ jitless: true });

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  /** Sent as JSON; a Blob is sent as it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** An address of the API, `path` relative to its prefix. */
export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return `${API_PREFIX}${path}${search.size > 0 ? `?${search}` : ''}`;
}

/** @throws ApiFailure when there is no answer or a refusal */
export async function call(method: Method, path: string, { query, body, signal }: CallOptions = {}): Promise<Response> {
  const json = body !== undefined && !(body instanceof Blob);
  const response = await fetch(apiUrl(path, query), {
    method,
    credentials: 'same-origin',
    headers: { accept: 'application/json', ...(json && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: json ? JSON.stringify(body) : (body as Blob) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiFailure('unreachable', '');
  });
  if (!response.ok) throw await failureOf(response);
  return response;
}

/** The answer, checked against the contract. @throws ApiFailure */
export async function callJson<T>(schema: z.ZodType<T>, method: Method, path: string, options?: CallOptions): Promise<T> {
  return checked(schema, await call(method, path, options), `${method} ${path}`);
}

/** The body of an answer, checked against the contract; `asked` is for the sentence. @throws ApiFailure */
export async function checked<T>(schema: z.ZodType<T>, response: Response, asked: string): Promise<T> {
  return parsed(schema, await response.json().catch(() => undefined), asked);
}

/** Lines of an NDJSON answer as they come. @throws ApiFailure */
export async function* callLines<T>(schema: z.ZodType<T>, method: Method, path: string, options?: CallOptions): AsyncGenerator<T> {
  const response = await call(method, path, options);
  if (!response.body) return;
  try {
    for await (const line of readLines(response.body)) yield parsed(schema, jsonOf(line), `${method} ${path}`);
  } catch (error) {
    // What a browser says of a connection that breaks in the middle of an answer.
    throw error instanceof TypeError ? new ApiFailure('unreachable', '') : error;
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, asked: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ApiFailure('unexpected', `${asked}: ${z.prettifyError(result.error)}`);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
