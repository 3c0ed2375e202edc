import { type ReactNode, useState } from 'react';
import { useText } from '@/lib/i18n';
import { SearchField } from './search-field';

interface SearchedProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  /** What of an item is searched. */
  readonly words: (item: T) => readonly string[];
  readonly children: (found: readonly T[]) => ReactNode;
}

/** A list below a field that narrows it down, upper and lower case alike. */
export function Searched<T>({ label, items, words, children }: SearchedProps<T>) {
  const text = useText();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = items.filter((item) => words(item).some((word) => word.toLowerCase().includes(wanted)));
  return (
    <div className="space-y-3">
      <SearchField label={label} value={search} onChange={setSearch} />
      {found.length > 0 ? children(found) : <p className="py-8 text-center text-soft">{text.common.nothingFound}</p>}
    </div>
  );
}
