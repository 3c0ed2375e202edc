import { type CreateContainerInput, containerDetail } from '@keelson/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callJson } from '@/lib/api-client';
import { queryKeys } from '@/lib/query-keys';

export function useCreateContainer() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: CreateContainerInput) => callJson(containerDetail, 'POST', '/containers', { body: request }),
    // Also after a refusal: a container whose start failed is there and can be looked at.
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.containers }),
  });
}
