import { setTimeout as sleep } from 'node:timers/promises';
import { discard, type HttpAnswer, header } from './http.js';

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Upper end of the first random wait, in milliseconds; it doubles with each try. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** A registry that asks to wait longer than this gets no second try: the caller is told instead. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, baseMs: 250, maxMs: 10_000, maxRetryAfterMs: 30_000 };

const RETRY_STATUS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

// Refused connections, unknown hosts and certificates are left out: they stay as they are for the next seconds.
const RETRY_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** Runs `send` until an answer is worth keeping or the tries are used up; then the last answer or error stands. */
export async function sendRetrying(
  send: () => Promise<HttpAnswer>,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await send().then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    signal?.throwIfAborted();
    const wait = attempt < policy.attempts ? waitBefore(outcome, attempt, policy) : undefined;
    if (wait === undefined) {
      if ('answer' in outcome) return outcome.answer;
      throw outcome.error;
    }
    if ('answer' in outcome) await discard(outcome.answer);
    await pause(wait, signal);
  }
}

function waitBefore(outcome: { answer: HttpAnswer } | { error: unknown }, attempt: number, policy: RetryPolicy): number | undefined {
  const backOff = backOffMs(attempt, policy);
  if ('error' in outcome) return isConnectionTrouble(outcome.error) ? backOff : undefined;
  if (!RETRY_STATUS.has(outcome.answer.status)) return undefined;
  const asked = retryAfterMs(outcome.answer);
  if (asked === undefined) return backOff;
  return asked > policy.maxRetryAfterMs ? undefined : Math.max(asked, backOff);
}

/** Random between 0 and the doubled base ("full jitter"), so that clients cut off together do not come back together. */
export function backOffMs(attempt: number, policy: RetryPolicy): number {
  return Math.random() * Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
}

/** The connection broke or went silent: the same request may well work now. */
export function isConnectionTrouble(error: unknown): boolean {
  return RETRY_CODES.has(errorCode(error));
}

export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code === '' && error.cause !== undefined ? errorCode(error.cause) : code;
}

/** Retry-After as seconds or as HTTP date (RFC 9110, 10.2.3), in milliseconds from now. */
export function retryAfterMs(answer: Pick<HttpAnswer, 'headers'>, now = Date.now()): number | undefined {
  const text = header(answer, 'retry-after')?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Waits, or throws the signal's reason. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
