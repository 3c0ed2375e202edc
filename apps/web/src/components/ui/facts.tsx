import type { ReactNode } from 'react';
import { useText } from '@/lib/i18n';

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
  readonly mono?: boolean;
}

/** Names and values in two columns; one above the other where it is narrow. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  const text = useText();
  return (
    <dl className="divide-y divide-line">
      {facts.map(({ label, value, mono }) => (
        <div key={label} className="grid gap-x-4 py-2 first:pt-0 last:pb-0 sm:grid-cols-[minmax(8rem,13rem)_1fr]">
          <dt className="text-soft">{label}</dt>
          <dd className={mono ? 'break-all font-mono text-[13px]' : '[overflow-wrap:anywhere]'}>
            {value === null || value === undefined || value === '' ? <span className="text-faint">{text.common.none}</span> : value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** One value a line, as written in a file. */
export function Lines({ values }: { values: readonly string[] }) {
  const text = useText();
  if (values.length === 0) return <span className="text-faint">{text.common.none}</span>;
  return (
    <ul className="space-y-0.5 font-mono text-[13px]">
      {values.map((value) => (
        <li key={value} className="break-all">
          {value}
        </li>
      ))}
    </ul>
  );
}
