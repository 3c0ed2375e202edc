import type { IncomingMessage } from 'node:http';
import { DomainError } from '../../domain/errors.js';

/**
 * A browser adds the cookie to requests of pages that are not ours: SameSite=Strict does not tell ports apart, and a container's published port is another
 * port. Throws `origin_not_allowed`. Host must have been checked before.
 */
export function requireSameOrigin({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  // No page can set this header, so where it is there it is the truth (Fetch Metadata, section 2.2). `none`: the person typed the address.
  if (site === 'same-origin' || site === 'none') return;
  const { origin } = headers;
  const foreign = site !== undefined || (origin !== undefined && URL.parse(origin)?.host !== headers.host?.toLowerCase());
  if (foreign) throw new DomainError('origin_not_allowed', 'a page of another site sent this request with your session; nothing was done');
}
