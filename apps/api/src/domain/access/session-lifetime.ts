/** A session ends a week after it was last used. */
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

export function sessionEnd(now: Date): Date {
  return new Date(now.getTime() + LIFETIME_MS);
}
