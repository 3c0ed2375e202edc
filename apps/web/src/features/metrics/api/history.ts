import { statsHistory } from '@keelson/contracts';
import { useQuery } from '@tanstack/react-query';
import { callJson } from '@/lib/api-client';
import { queryKeys } from '@/lib/query-keys';
import { type PastRange, RANGES } from '../model/ranges';

/** Samples of the past, also of earlier runs. */
export function useStatsHistory(id: string, range: PastRange) {
  const { step } = RANGES[range];
  return useQuery({
    queryKey: queryKeys.stats(id, range),
    queryFn: ({ signal }) =>
      callJson(statsHistory, 'GET', `/containers/${encodeURIComponent(id)}/stats/history`, { query: { since: range, step }, signal }),
    refetchInterval: step * 1000,
  });
}
