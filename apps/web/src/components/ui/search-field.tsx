import { Search } from 'lucide-react';
import type { KeyboardEvent } from 'react';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

export function SearchField({ label, value, onChange, onKeyDown }: SearchFieldProps) {
  return (
    <label className="relative block w-full sm:w-64">
      <span className="sr-only">{label}</span>
      <Search aria-hidden className="pointer-events-none absolute top-2.5 left-2.5 size-3.5 text-faint" />
      <input
        type="search"
        value={value}
        placeholder={label}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        className="h-8.5 w-full rounded-md border border-line-strong bg-surface pr-2 pl-8 placeholder:text-faint focus-visible:outline-offset-0"
      />
    </label>
  );
}
