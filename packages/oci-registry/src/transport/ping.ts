import { DeniedError, RateLimitedError, RegistryError, UnavailableError } from '../errors.js';
import { type Challenge, parseChallenges } from './challenge.js';
import { describe } from './connection-error.js';
import type { Endpoint } from './endpoint.js';
import { discard, type HttpAnswer, headerValues } from './http.js';
import { type RetryPolicy, retryAfterMs } from './retry.js';

export interface PingResult {
  /** `https://registry.example/v2/`. */
  readonly base: URL;
  readonly challenges: readonly Challenge[];
}

/** Asks `/v2/` (distribution spec, "Determining Support"): which scheme, and which authentication. */
export async function ping(
  endpoint: Endpoint,
  get: (url: URL, policy: RetryPolicy) => Promise<HttpAnswer>,
  policy: RetryPolicy,
): Promise<PingResult> {
  const last = endpoint.schemes.length - 1;
  const troubles: string[] = [];
  for (const [index, scheme] of endpoint.schemes.entries()) {
    const base = new URL(`${scheme}://${endpoint.host}/v2/`);
    try {
      // HTTPS that another scheme stands behind gets one try: a plain server may just hang up on a TLS greeting.
      return await judged(await get(base, index < last ? { ...policy, attempts: 1 } : policy), base, endpoint);
    } catch (error) {
      // Only a missing connection leads to plain HTTP; an answer over HTTPS stands.
      if (error instanceof RegistryError || last === 0) throw error;
      troubles.push(`${scheme}: ${describe(error)}`);
      if (index === last) throw new UnavailableError(`${endpoint.host} cannot be reached: ${troubles.join('; ')}`, { cause: error });
    }
  }
  throw new UnavailableError(`${endpoint.host} cannot be reached`);
}

async function judged(answer: HttpAnswer, base: URL, { host }: Endpoint): Promise<PingResult> {
  const wait = retryAfterMs(answer);
  await discard(answer);
  if (answer.status === 200 || answer.status === 401)
    return { base, challenges: parseChallenges(headerValues(answer, 'www-authenticate')) };
  if (answer.status === 403) throw new DeniedError(`${host} denies access`);
  if (answer.status === 429) {
    const seconds = wait === undefined ? undefined : Math.ceil(wait / 1000);
    throw new RateLimitedError(`${host} says too many requests${seconds === undefined ? '' : `; try again in ${seconds} s`}`, seconds);
  }
  if (answer.status === 404) throw new UnavailableError(`${host} is no registry: it has no /v2/`);
  throw new UnavailableError(`${host} answered ${answer.status}`);
}
