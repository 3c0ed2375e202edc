import type { Query } from '../../../lib/api-client';

/** How far back; `between` is from one instant to another. */
export const SPANS = ['all', '15m', '1h', '6h', '24h', 'between'] as const;
export type Span = (typeof SPANS)[number];

export interface LogSearchForm {
  readonly search: string;
  readonly regex: boolean;
  readonly ignoreCase: boolean;
  readonly span: Span;
  /** As the field of a browser writes local time, `2026-11-21T08:15`; "" is no bound. */
  readonly since: string;
  readonly until: string;
}

export const EMPTY_SEARCH: LogSearchForm = { search: '', regex: false, ignoreCase: true, span: 'all', since: '', until: '' };

/** The query of `GET /containers/:id/logs`. */
export function searchQuery({ search, regex, ignoreCase, span, since, until }: LogSearchForm): Query {
  const between = span === 'between';
  return {
    ...(search !== '' && { search, regex, ignoreCase }),
    ...(!between && span !== 'all' && { since: span }),
    ...(between && since !== '' && { since: instant(since) }),
    ...(between && until !== '' && { until: instant(until) }),
  };
}

/** The server knows nothing of the reader's time zone. */
const instant = (local: string): string => new Date(local).toISOString();
