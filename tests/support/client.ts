import { API_PREFIX, type ApiErrorBody, apiError } from '@keelson/contracts';
import type { z } from 'zod';
import { readNdjson } from './ndjson.js';
import { Socket } from './socket.js';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;
export interface RequestOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A refused request: what the API answered, in the shape of its contract. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly body: ApiErrorBody,
  ) {
    super(`${status} ${body.code}: ${body.message}`);
  }

  get code(): string {
    return this.body.code;
  }
}

/** REST and WebSockets of one server, spoken as a script would: fetch, and schemas of the contract on every answer. */
export class Client {
  constructor(
    readonly baseUrl: string,
    private readonly token: string | undefined,
  ) {}

  /** The answer as it is, whatever its status. `path` is relative to the API's prefix unless it starts with `//`. */
  fetch(method: string, path: string, { query = {}, body, headers = {}, signal }: RequestOptions = {}): Promise<Response> {
    const url = new URL(path.startsWith('//') ? path.slice(1) : `${API_PREFIX}${path}`, this.baseUrl);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    return fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(isJson(body) ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isJson(body) ? JSON.stringify(body) : body }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** @throws ApiFailure */
  async json<T>(schema: z.ZodType<T>, method: string, path: string, options?: RequestOptions): Promise<T> {
    const response = await this.ok(method, path, options);
    return schema.parse(await response.json());
  }

  /** For answers without a body. @throws ApiFailure */
  async done(method: string, path: string, options?: RequestOptions): Promise<void> {
    const response = await this.ok(method, path, options);
    await response.body?.cancel();
  }

  /** Lines of an NDJSON answer as they come. @throws ApiFailure */
  async *lines<T>(schema: z.ZodType<T>, method: string, path: string, options?: RequestOptions): AsyncGenerator<T> {
    const response = await this.ok(method, path, options);
    for await (const value of readNdjson(response)) yield schema.parse(value);
  }

  /** Opens a WebSocket with this client's token; rejects with the HTTP status when it is refused. */
  socket(path: string, query: Query = {}, headers: Readonly<Record<string, string>> = {}): Promise<Socket> {
    const url = new URL(path, this.baseUrl.replace('http', 'ws'));
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    return Socket.open(url, { ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }), ...headers });
  }

  private async ok(method: string, path: string, options?: RequestOptions): Promise<Response> {
    const response = await this.fetch(method, path, options);
    if (response.ok) return response;
    throw new ApiFailure(response.status, apiError.parse(await response.json()));
  }
}

type Raw = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

function isJson(body: unknown): body is Exclude<unknown, Raw> {
  return body !== undefined && !(body instanceof Uint8Array) && !(body instanceof ReadableStream);
}
