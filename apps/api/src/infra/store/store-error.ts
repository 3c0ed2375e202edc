import { DomainError } from '../../domain/errors.js';

/** Prisma's code for a broken unique constraint, https://www.prisma.io/docs/orm/reference/error-reference#p2002 */
const UNIQUE = 'P2002';
/** SQLITE_FULL; PostgreSQL's class 53100. */
const FULL = /database or disk is full|No space left on device|\b53100\b/;

/** What of a database's failures a caller can act on; everything else stays as it is. */
export function storeError(error: unknown): unknown {
  if (error instanceof Error && FULL.test(error.message))
    return new DomainError('storage_full', 'no space left for the database; free some and try again', {}, { cause: error });
  return error;
}

export function brokenUnique(error: unknown, field: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== UNIQUE) return false;
  const meta = JSON.stringify('meta' in error ? error.meta : {});
  return meta.includes(`"${field}"`) || meta.includes(`"${field}\\"`);
}
