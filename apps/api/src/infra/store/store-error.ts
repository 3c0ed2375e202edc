import { DomainError } from '../../domain/errors.js';

/** Prisma's code for a broken unique constraint, https://www.prisma.io/docs/orm/reference/error-reference#p2002 */
const UNIQUE = 'P2002';
/** SQLITE_FULL; PostgreSQL's class 53100. */
const FULL = /database or disk is full|No space left on device|\b53100\b/;
/** Prisma's codes for a server that cannot be reached, has closed the connection or gives none in time; and pg's words for one that was cut off. */
const AWAY_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024']);
const AWAY = /Connection terminated|ECONNREFUSED|ECONNRESET|EPIPE|\b57P0[123]\b/;

/** What of a database's failures a caller can act on; everything else stays as it is. */
export function storeError(error: unknown): unknown {
  if (error instanceof Error && FULL.test(error.message))
    return new DomainError('storage_full', 'no space left for the database; free some and try again', {}, { cause: error });
  if (isAway(error))
    return new DomainError(
      'store_unavailable',
      'the database does not answer; containers go on, try again when it is back',
      {},
      { cause: error },
    );
  return error;
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && AWAY_CODES.has(String(error.code))) || AWAY.test(error.message);
}

export function brokenUnique(error: unknown, field: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== UNIQUE) return false;
  const meta = JSON.stringify('meta' in error ? error.meta : {});
  return meta.includes(`"${field}"`) || meta.includes(`"${field}\\"`);
}
