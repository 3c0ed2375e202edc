import { type CreateContainerInput, cdiDeviceList, containerDetail } from '@keelson/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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

/** Vendor devices that containers of this host can have. */
export function useCdiDevices() {
  return useQuery({ queryKey: queryKeys.cdiDevices, queryFn: ({ signal }) => callJson(cdiDeviceList, 'GET', '/devices/cdi', { signal }) });
}
