import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asFailure } from '@/lib/api-error';
import { Card, Skeleton } from './card';
import { Failure } from './failure';

interface RemoteProps<T> {
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  /** Rows of the placeholder while nothing is known. */
  readonly rows?: number;
  /** Instead of rows. */
  readonly pending?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** What to show of an answer: it, the wait for it, or why there is none. Old data stays while a new try fails. */
export function Remote<T>({ query, rows = 4, pending, children }: RemoteProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return (
      <div className="p-4">
        <Failure failure={asFailure(query.error)} onRetry={() => void query.refetch()} />
      </div>
    );
  if (pending !== undefined) return pending;
  return (
    <Card flush>
      <Skeleton rows={rows} />
    </Card>
  );
}
