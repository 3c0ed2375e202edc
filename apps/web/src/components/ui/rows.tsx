import clsx from 'clsx';
import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { nextKey, type Row } from '@/lib/form/rows';
import { Button } from './button';

interface RowsProps<R extends Row> {
  readonly rows: readonly R[];
  readonly onChange: (rows: readonly R[]) => void;
  readonly blank: Omit<R, 'key'>;
  readonly addLabel: string;
  readonly removeLabel: (number: number) => string;
  /** Columns of the fields of a row; absent: each row is a box of its own. */
  readonly columns?: string;
  /** Fields of a row. Where rows make a table only the first says what its columns are. */
  readonly children: (row: R, change: (changes: Partial<R>) => void, first: boolean) => ReactNode;
  /** Further buttons beside the one that adds a row. */
  readonly more?: (add: (changes: Partial<R>) => void) => ReactNode;
}

/** Entries of a list that can be added, filled in and removed. */
export function Rows<R extends Row>({ rows, onChange, blank, addLabel, removeLabel, columns, children, more }: RowsProps<R>) {
  const add = (changes: Partial<R> = {}) => onChange([...rows, { ...blank, key: nextKey(rows), ...changes } as R]);
  return (
    <>
      <ul className={columns ? 'space-y-2.5' : 'space-y-3'}>
        {rows.map((row, at) => (
          <li key={row.key} className={clsx('grid items-start gap-2', columns ?? 'grid-cols-[1fr_auto] rounded-md border border-line p-3')}>
            {children(
              row,
              (changes) => onChange(rows.map((other) => (other.key === row.key ? { ...other, ...changes } : other))),
              at === 0 || !columns,
            )}
            <Button
              tone="quiet"
              square
              className={clsx(columns && at === 0 && 'mt-6')}
              aria-label={removeLabel(at + 1)}
              onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
            >
              <X aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      <div className={clsx('flex flex-wrap gap-2', rows.length > 0 && 'mt-3')}>
        <Button small onClick={() => add()}>
          <Plus aria-hidden />
          {addLabel}
        </Button>
        {more?.(add)}
      </div>
    </>
  );
}
