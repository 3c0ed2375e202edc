import clsx from 'clsx';
import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { BOX, Field } from './field';

interface ComboFieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly value: string;
  readonly choices: readonly string[];
  readonly onChange: (value: string) => void;
}

/** More are not listed: typing narrows them down. */
const MOST_CHOICES = 50;

/** A text that can be typed or chosen from a list, by the combobox pattern of the ARIA practices: the list follows what is typed. */
export function ComboField({ label, hint, error, placeholder, value, choices, onChange }: ComboFieldProps) {
  const list = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(false);
  const [place, setPlace] = useState(-1);
  const wanted = typed ? value.trim().toLowerCase() : '';
  const offered = choices.filter((choice) => choice.toLowerCase().includes(wanted)).slice(0, MOST_CHOICES);
  const shown = open && offered.length > 0;
  const current = shown ? offered[place] : undefined;

  const close = () => {
    setOpen(false);
    setPlace(-1);
  };
  const show = () => {
    setTyped(false);
    setOpen(true);
  };
  const choose = (choice: string) => {
    onChange(choice);
    close();
  };
  const step = (by: 1 | -1) => {
    if (!shown) return show();
    setPlace((before) => (before < 0 && by < 0 ? offered.length - 1 : (before + by + offered.length) % offered.length));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Enter' && current !== undefined) choose(current);
    else if (event.key === 'Escape' && shown) close();
    else return;
    event.preventDefault();
  };
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className="relative">
          <input
            type="text"
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={shown}
            aria-controls={list}
            aria-activedescendant={current === undefined ? undefined : `${list}-${place}`}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder={placeholder}
            value={value}
            onChange={(event) => {
              onChange(event.target.value);
              setTyped(true);
              setOpen(true);
              setPlace(-1);
            }}
            onKeyDown={onKeyDown}
            onClick={show}
            onBlur={close}
            className={clsx(BOX, 'h-8.5 border-line-strong pr-8 font-mono text-[13px]')}
            {...control}
          />
          <ChevronDown aria-hidden className="pointer-events-none absolute top-2.5 right-2.5 size-4 text-faint" />
          <div
            id={list}
            role="listbox"
            aria-label={label}
            hidden={!shown}
            className="absolute inset-x-0 top-full z-30 mt-1 max-h-64 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-high"
          >
            {offered.map((choice, at) => (
              <div
                key={choice}
                id={`${list}-${at}`}
                role="option"
                tabIndex={-1}
                aria-selected={choice === value}
                ref={at === place ? intoView : undefined}
                // Before the field loses the focus, which closes the list.
                onPointerDown={(event) => {
                  event.preventDefault();
                  choose(choice);
                }}
                className={clsx(
                  'cursor-pointer rounded px-2.5 py-1.5 font-mono text-[13px] [overflow-wrap:anywhere]',
                  at === place ? 'bg-accent-soft' : 'hover:bg-sunken',
                )}
              >
                {choice}
              </div>
            ))}
          </div>
        </div>
      )}
    </Field>
  );
}

const intoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' });
