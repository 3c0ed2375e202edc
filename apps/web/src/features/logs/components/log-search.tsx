import { ChevronDown, ChevronUp } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { Button } from '@/components/ui/button';
import { SearchField } from '@/components/ui/search-field';
import { useFormat, useText } from '@/lib/i18n';

interface LogSearchProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly total: number;
  /** Of the match stepped to, counted from 0. */
  readonly current: number | undefined;
  readonly onStep: (by: 1 | -1) => void;
}

/** Enter steps to the next match, with Shift to the one before. */
export function LogSearch({ search, onSearch, total, current, onStep }: LogSearchProps) {
  const words = useText().logs;
  const format = useFormat();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
    if (event.key === 'Escape') onSearch('');
  };
  return (
    <div className="flex w-full items-center gap-1 sm:w-auto">
      <SearchField label={words.search} value={search} onChange={onSearch} onKeyDown={onKeyDown} />
      {search !== '' && (
        <>
          <Button small square tone="quiet" aria-label={words.previous} disabled={total === 0} onClick={() => onStep(-1)}>
            <ChevronUp aria-hidden />
          </Button>
          <Button small square tone="quiet" aria-label={words.next} disabled={total === 0} onClick={() => onStep(1)}>
            <ChevronDown aria-hidden />
          </Button>
          <span aria-live="polite" className="tabular whitespace-nowrap text-faint text-xs">
            {total === 0 ? words.noMatches : words.matches(current === undefined ? '–' : format.number(current + 1), format.number(total))}
          </span>
        </>
      )}
    </div>
  );
}
