import { useCallback, useSyncExternalStore } from 'react';

const changed = new EventTarget();

/** A setting kept in localStorage under `keelson.<name>`, the same in every component and every tab. */
export function useStored<T extends string>(name: string, values: readonly T[], fallback: T): [T, (value: T) => void] {
  const key = `keelson.${name}`;
  const raw = useSyncExternalStore(
    subscribe,
    () => localStorage.getItem(key),
    () => null,
  );
  const set = useCallback(
    (value: T) => {
      localStorage.setItem(key, value);
      changed.dispatchEvent(new Event('change'));
    },
    [key],
  );
  return [values.find((value) => value === raw) ?? fallback, set];
}

function subscribe(listener: () => void): () => void {
  changed.addEventListener('change', listener);
  window.addEventListener('storage', listener);
  return () => {
    changed.removeEventListener('change', listener);
    window.removeEventListener('storage', listener);
  };
}
