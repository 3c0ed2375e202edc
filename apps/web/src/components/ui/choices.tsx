import clsx from 'clsx';
import { useId } from 'react';

interface ChoicesProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
}

/** A few choices side by side, of which one holds. */
export function Choices<T extends string>({ label, value, choices, onChange }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset className="inline-flex rounded-md border border-line-strong bg-surface p-0.5">
      <legend className="sr-only">{label}</legend>
      {(Object.keys(choices) as T[]).map((choice) => (
        <label
          key={choice}
          className={clsx(
            'cursor-pointer rounded px-2.5 py-0.5 font-medium text-[13px] has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-accent',
            choice === value ? 'bg-accent-soft text-accent' : 'text-soft hover:text-ink',
          )}
        >
          <input type="radio" name={name} className="sr-only" checked={choice === value} onChange={() => onChange(choice)} />
          {choices[choice]}
        </label>
      ))}
    </fieldset>
  );
}
