import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asFailure } from '@/lib/api-error';
import { Failure } from './failure';

interface RemoteProps<T> {
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  readonly pending: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** What to show of an answer: it, the wait for it, or why there is none. Old data stays while a new try fails. */
export function Remote<T>({ query, pending, children }: RemoteProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return (
      <div className="p-4">
        <Failure failure={asFailure(query.error)} onRetry={() => void query.refetch()} />
      </div>
    );
  return pending;
}
