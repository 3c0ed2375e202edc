import { type Session, session } from '@keelson/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, callJson } from '@/lib/api-client';
import { asFailure } from '@/lib/api-error';
import { queryKeys } from '@/lib/query-keys';

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery({ queryKey: queryKeys.session, queryFn: ({ signal }) => currentSession(signal), staleTime: 60_000 });
}

async function currentSession(signal: AbortSignal): Promise<Session | null> {
  try {
    return await callJson(session, 'GET', '/sessions/current', { signal });
  } catch (error) {
    if (asFailure(error).code === 'unauthenticated') return null;
    throw error;
  }
}

export function useSignIn(onSignedIn: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => callJson(session, 'POST', '/sessions', { body: { token } }),
    onSuccess: (signedIn) => {
      queries.setQueryData(queryKeys.session, signedIn);
      onSignedIn();
    },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call('DELETE', '/sessions/current'),
    onSuccess: () => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.session[0] });
      queries.setQueryData(queryKeys.session, null);
    },
  });
}
