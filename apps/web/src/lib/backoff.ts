const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** Milliseconds before the next try: doubling, bounded, and spread by `random` (0 to 1) so that many tabs do not come at once. */
export function backoffDelay(attempts: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts, 10)) * (0.5 + random / 2);
}
