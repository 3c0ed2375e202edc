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

type Method = 'GET' | 'POST' | 'DELETE';

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
  const response = await call(method, path, options);
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new ApiFailure('unexpected', `${method} ${path}: ${z.prettifyError(parsed.error)}`);
}

/** Lines of an NDJSON answer as they come. @throws ApiFailure */
export async function* callLines<T>(schema: z.ZodType<T>, method: Method, path: string, options?: CallOptions): AsyncGenerator<T> {
  const response = await call(method, path, options);
  if (!response.body) return;
  for await (const line of readLines(response.body)) yield schema.parse(JSON.parse(line));
}
