import {
  type ContainerDetail,
  containerDetail,
  containerList,
  deathList,
  type UpdateContainerInput,
  updateContainerResult,
} from '@keelson/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from '@/components/ui/toasts';
import { call, callJson } from '@/lib/api-client';
import { useText } from '@/lib/i18n';
import { queryKeys } from '@/lib/query-keys';

/** Events make these stale at once; the interval is for a page whose event stream is down. */
const REFRESH_MS = 30_000;

export function useContainers() {
  return useQuery({
    queryKey: queryKeys.containers,
    queryFn: ({ signal }) => callJson(containerList, 'GET', '/containers', { signal }),
    refetchInterval: REFRESH_MS,
  });
}

/** `refreshMs`: for what no event tells, such as the newest health probe. */
export function useContainer(id: string, refreshMs = REFRESH_MS) {
  return useQuery({
    queryKey: queryKeys.container(id),
    queryFn: ({ signal }) => callJson(containerDetail, 'GET', containerPath(id), { signal }),
    refetchInterval: refreshMs,
  });
}

/** How its runs ended, the newest first. */
export function useDeaths(id: string) {
  return useQuery({
    queryKey: queryKeys.deaths(id),
    queryFn: ({ signal }) => callJson(deathList, 'GET', `${containerPath(id)}/deaths`, { signal }),
  });
}

export type Verb = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill' | 'remove';

export interface VerbCall {
  readonly id: string;
  readonly verb: Verb;
  /** Remove it even while it runs. */
  readonly force?: boolean;
}

export function useContainerVerb() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, verb, force }: VerbCall) =>
      verb === 'remove'
        ? call('DELETE', containerPath(id), { query: { force } })
        : call('POST', `${containerPath(id)}/${verb}`, { body: {} }),
    onSettled: (_result, _error, { verb }) =>
      // The page of a removed container must not ask for it again before it is left.
      queries.invalidateQueries({ queryKey: queryKeys.containers, exact: verb === 'remove' }),
  });
}

/** Tells what takes effect only at the next start, where something does. */
export function useUpdateContainer({ id, name }: Pick<ContainerDetail, 'id' | 'name'>, onDone: () => void) {
  const queries = useQueryClient();
  const words = useText().update;
  return useMutation({
    mutationFn: (change: UpdateContainerInput) => callJson(updateContainerResult, 'PATCH', containerPath(id), { body: change }),
    onSuccess: ({ container, requiresRestart }) => {
      queries.setQueryData(queryKeys.container(id), container);
      toast.done(requiresRestart.length > 0 ? words.recorded(requiresRestart.join(', ')) : words.changed(name));
      onDone();
    },
  });
}

export function useRenameContainer(id: string, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => call('POST', `${containerPath(id)}/rename`, { body: { name } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: queryKeys.containers });
      onDone();
    },
  });
}

const containerPath = (id: string) => `/containers/${encodeURIComponent(id)}`;
