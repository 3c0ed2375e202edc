import {
  ContentInvalidError,
  DeniedError,
  NotFoundError,
  RateLimitedError,
  type RegistryError,
  UnauthorizedError,
  UnavailableError,
} from '../errors.js';
import type { Access } from './authenticator.js';
import { accessDenied, passwordRefused } from './bearer.js';
import type { Endpoint } from './endpoint.js';
import { type HttpAnswer, readBounded } from './http.js';
import { isEndpoint } from './redirect.js';
import { retryAfterMs } from './retry.js';

/** What was asked for, in the words of the error sentence. */
export interface Question {
  /** Familiar repository name, `nginx`. */
  readonly name: string;
  /** `manifest for nginx:1.99` or `blob sha256:… of nginx`. */
  readonly what: string;
}

interface SpecError {
  readonly code: string;
  readonly message: string;
}

const MAX_ERROR_BODY = 64 * 1024;

/** Reads a failed answer to its end and says what it means to somebody who wanted to pull. */
export async function answerError(answer: HttpAnswer, endpoint: Endpoint, access: Access, question: Question): Promise<RegistryError> {
  const said = await readSpecError(answer);
  const host = endpoint.host;
  if (!isEndpoint(answer.url, endpoint)) return storageError(answer, host, question);
  switch (answer.status) {
    case 401:
      return unauthorized(endpoint, access, question);
    case 403:
      return new DeniedError(`${host} denies access to ${question.name}${quote(said)}`);
    case 404:
      return said?.code === 'NAME_UNKNOWN'
        ? accessDenied(question.name, endpoint)
        : new NotFoundError(`${question.what} not found: ${host} was asked`);
    case 416:
      return new ContentInvalidError(`${question.what} has fewer bytes at ${host} than its manifest says`);
    case 429:
      return rateLimited(answer, host, said);
    default:
      return new UnavailableError(`${host} answered ${answer.status} for ${question.what}${quote(said)}`);
  }
}

/** The host that a redirect led to: its 403 is an expired address, not a verdict about the image. */
function storageError(answer: HttpAnswer, host: string, question: Question): RegistryError {
  return new UnavailableError(`${answer.url.host}, to which ${host} redirects, answered ${answer.status} for ${question.what}`);
}

function unauthorized(endpoint: Endpoint, access: Access, { name }: Question): RegistryError {
  if (access.credentials === undefined) {
    if (access.scheme === 'bearer') return accessDenied(name, endpoint);
    return new UnauthorizedError(`${endpoint.host} wants a user name and password for ${name}`);
  }
  if (access.scheme === 'bearer') {
    return new DeniedError(`${endpoint.host} does not let ${JSON.stringify(access.credentials.username)} pull ${name}`);
  }
  return passwordRefused(endpoint, access.credentials);
}

function rateLimited(answer: HttpAnswer, host: string, said: SpecError | undefined): RateLimitedError {
  const wait = retryAfterMs(answer);
  const seconds = wait === undefined ? undefined : Math.ceil(wait / 1000);
  const advice = seconds === undefined ? 'try again later or sign in' : `try again in ${seconds} s`;
  return new RateLimitedError(`${host} says too many requests${quote(said)}; ${advice}`, seconds);
}

function quote(said: SpecError | undefined): string {
  return said === undefined || said.message === '' ? '' : ` (it says: ${said.message})`;
}

/** First entry of the error body (distribution spec, "Error Codes"); undefined for anything else. */
async function readSpecError(answer: HttpAnswer): Promise<SpecError | undefined> {
  try {
    const body: unknown = JSON.parse((await readBounded(answer, MAX_ERROR_BODY))?.toString('utf8') ?? 'null');
    const errors = isRecord(body) && Array.isArray(body['errors']) ? body['errors'] : [];
    const first: unknown = errors[0];
    return isRecord(first) ? { code: clean(first['code']), message: clean(first['message']) } : undefined;
  } catch {
    return undefined;
  }
}

/** A stranger's words end up in logs and terminals: one line, no control characters, not long. */
function clean(text: unknown): string {
  return typeof text === 'string'
    ? text
        .slice(0, 200)
        .replace(/[^\x20-\x7e]+/g, ' ')
        .trim()
    : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
