import { systemInfo } from '@keelson/contracts';
import { useQuery } from '@tanstack/react-query';
import { callJson } from '@/lib/api-client';
import { queryKeys } from '@/lib/query-keys';

export function useSystem() {
  return useQuery({ queryKey: queryKeys.system, queryFn: ({ signal }) => callJson(systemInfo, 'GET', '/system', { signal }) });
}
