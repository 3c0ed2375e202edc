import { DomainError } from '../errors.js';

const UNIT_NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};
const DURATION = /^(\d+(ns|us|ms|s|m|h|d))+$/;
const SECONDS = /^(\d{1,12})(?:\.(\d{1,9}))?$/;
const RFC_3339 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.(\d{1,9}))?)?(?:Z|[+-]\d\d:\d\d)?)?$/i;

/**
 * Nanoseconds since the epoch of an instant as clients write it: RFC 3339 (a date alone is its first moment; without an offset UTC), seconds
 * since the epoch, or a duration back from `now` (`10m`, `1h30m`). Throws `invalid_input` naming the field.
 */
export function parseInstant(text: string, field: string, now: Date): bigint {
  if (DURATION.test(text)) return BigInt(now.getTime()) * 1_000_000n - durationOf(text);
  const seconds = SECONDS.exec(text);
  if (seconds) return BigInt(seconds[1] ?? 0) * 1_000_000_000n + fraction(seconds[2]);
  const date = RFC_3339.exec(text);
  const nanoseconds = date && instantOf(text, date[1]);
  if (nanoseconds === undefined || nanoseconds === null) {
    throw new DomainError(
      'invalid_input',
      `${field}: "${text}" is no instant; use 2026-11-21T08:00:00Z, seconds since 1970, or a duration back such as 10m`,
      { field },
    );
  }
  return nanoseconds;
}

function durationOf(text: string): bigint {
  let sum = 0n;
  for (const [, count, unit] of text.matchAll(/(\d+)(ns|us|ms|s|m|h|d)/g)) sum += BigInt(count ?? 0) * (UNIT_NANOSECONDS[unit ?? ''] ?? 0n);
  return sum;
}

/** `Date` keeps milliseconds, so the digits of the fraction are added to the whole second. */
function instantOf(text: string, digits: string | undefined): bigint | undefined {
  const whole = text.replace(/\.\d+/, '');
  const milliseconds = Date.parse(/T/i.test(whole) && !/Z$|[+-]\d\d:\d\d$/i.test(whole) ? `${whole}Z` : whole);
  return Number.isNaN(milliseconds) ? undefined : BigInt(milliseconds) * 1_000_000n + fraction(digits);
}

function fraction(digits = ''): bigint {
  return BigInt(digits.padEnd(9, '0'));
}
