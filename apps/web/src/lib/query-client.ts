import { QueryCache, QueryClient } from '@tanstack/react-query';
import { asFailure, type FailureCode } from './api-error';
import { queryKeys } from './query-keys';

/** Worth another try without anybody doing anything. */
const PASSING: ReadonlySet<FailureCode> = new Set(['unreachable', 'not_ready']);

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (asFailure(error).code === 'unauthenticated') client.setQueryData(queryKeys.session, null);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5000,
        retry: (count, error) => count < 3 && PASSING.has(asFailure(error).code),
      },
    },
  });
  return client;
}
