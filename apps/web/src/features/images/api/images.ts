import { imageDetail, imageList, imageSummary, removeImageResult } from '@keelson/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callJson } from '@/lib/api-client';
import { queryKeys } from '@/lib/query-keys';
import { upload } from '@/lib/upload';

export function useImages() {
  return useQuery({ queryKey: queryKeys.images, queryFn: ({ signal }) => callJson(imageList, 'GET', '/images', { signal }) });
}

/** Asks for nothing without a reference. */
export function useImage(reference: string | undefined) {
  return useQuery({
    queryKey: queryKeys.image(reference ?? ''),
    queryFn: ({ signal }) => callJson(imageDetail, 'GET', `/images/${encodeURIComponent(reference ?? '')}`, { signal }),
    enabled: reference !== undefined,
  });
}

export function useRemoveImage() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reference: string) => callJson(removeImageResult, 'DELETE', `/images/${encodeURIComponent(reference)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.images }),
  });
}

export interface ImportImage {
  readonly file: Blob;
  readonly reference: string;
  readonly command: readonly string[];
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

export function useImportImage() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ reference, command, ...file }: ImportImage) =>
      upload({
        schema: imageSummary,
        path: '/images/import',
        query: { reference, ...(command.length > 0 && { cmd: JSON.stringify(command) }) },
        // The browser's guess of the type may be anything; the server looks at the bytes.
        type: 'application/x-tar',
        ...file,
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.images }),
  });
}
