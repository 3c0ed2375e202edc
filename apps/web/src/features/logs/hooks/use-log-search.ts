import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { LogBuffer } from '../model/log-buffer';
import { findMatches, type Match, type ShownStream, textFinder } from '../model/search';

/** A search over what is shown, and the match that was stepped to. */
export function useLogSearch(buffer: LogBuffer, stream: ShownStream) {
  const [search, setSearch] = useState('');
  const [current, setCurrent] = useState<Match>();
  const settled = useDeferredValue(search);
  const find = useMemo(() => (settled === '' ? undefined : textFinder(settled)), [settled]);
  const matches = useMemo(() => findMatches(buffer, find, stream), [buffer, find, stream]);
  const at = current && matches.findIndex(({ row, start }) => row === current.row && start === current.start);
  const place = at === undefined || at < 0 ? undefined : at;

  const step = (by: 1 | -1) => {
    if (matches.length === 0) return;
    // The newest line is what people look at first.
    const next = place === undefined ? (by > 0 ? 0 : matches.length - 1) : (place + by + matches.length) % matches.length;
    setCurrent(matches[next]);
  };
  useEffect(() => {
    if (current) document.querySelector('mark[data-current]')?.scrollIntoView({ block: 'center' });
  }, [current]);
  return { search, setSearch, find, matches, place, current, step };
}
