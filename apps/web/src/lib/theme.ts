import { useEffect, useSyncExternalStore } from 'react';
import { useStored } from './use-stored';

const THEMES = ['light', 'dark', 'system'] as const;
export type Theme = (typeof THEMES)[number];

const SYSTEM_DARK = '(prefers-color-scheme: dark)';

/** The chosen theme, and the one that is shown. public/theme.js does the same before the first paint. */
export function useTheme(): { theme: Theme; shown: 'light' | 'dark'; setTheme: (theme: Theme) => void } {
  const [theme, setTheme] = useStored('theme', THEMES, 'system');
  const systemDark = useSyncExternalStore(
    subscribe,
    () => matchMedia(SYSTEM_DARK).matches,
    () => false,
  );
  const shown = theme === 'system' ? (systemDark ? 'dark' : 'light') : theme;
  useEffect(() => {
    document.documentElement.dataset['theme'] = shown;
  }, [shown]);
  return { theme, shown, setTheme };
}

function subscribe(listener: () => void): () => void {
  const query = matchMedia(SYSTEM_DARK);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}
