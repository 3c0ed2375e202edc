import { usePathname, useSearchParams } from 'next/navigation';
import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** False on the first render, which must equal the exported page. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

/**
 * A segment of the path as the browser shows it, counted from 0. The exported page was made for the placeholder "_", so
 * `useParams` would say that; and before hydration the answer must be what the page was made with.
 */
export function usePathSegment(index: number): string | undefined {
  const path = usePathname();
  const hydrated = useHydrated();
  const segment = path.split('/').filter(Boolean)[index];
  return hydrated && segment !== undefined && segment !== '_' ? decoded(segment) : undefined;
}

/** As it stands where somebody typed a "%" that encodes nothing: no container is called that, and the page says so. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** A value of the query string; `undefined` before hydration. Needs a Suspense boundary above in a static export. */
export function useQueryValue(name: string): string | undefined {
  const search = useSearchParams();
  return useHydrated() ? (search.get(name) ?? undefined) : undefined;
}
