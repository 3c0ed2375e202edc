import type { CSSProperties, ReactNode } from 'react';
import { Field } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import { placeOf, type Stops } from '../model/limits';

interface LimitFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly error: string | undefined;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** The value in the unit of the stops; undefined is no limit. */
  readonly value: number | undefined;
  readonly stops: Stops;
  /** `undefined`: the slider was pulled to "no limit". */
  readonly onStop: (stop: number | undefined) => void;
  readonly describe: (stop: number) => string;
  /** A choice of units beside the number. */
  readonly unit?: ReactNode;
}

/** A number to type and a slider over what the host has; both say the same. */
export function LimitField({ label, hint, error, text, onText, value, stops, onStop, describe, unit }: LimitFieldProps) {
  const words = useText();
  const place = placeOf(value, stops);
  return (
    <div>
      <Field label={label} hint={hint} error={error}>
        {(control) => (
          <div className="flex gap-2">
            <input
              type="text"
              inputMode="decimal"
              autoComplete="off"
              placeholder="–"
              value={text}
              onChange={(event) => onText(event.target.value)}
              className="tabular h-8.5 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 placeholder:text-faint focus-visible:outline-offset-0 aria-invalid:border-bad"
              {...control}
            />
            {unit}
          </div>
        )}
      </Field>
      <input
        type="range"
        aria-label={words.run.slider(label)}
        aria-valuetext={place === 0 ? words.run.noLimit : describe(stops[place - 1] ?? 0)}
        min={0}
        max={stops.length}
        step={1}
        value={place}
        onChange={(event) => onStop(stops[Number(event.target.value) - 1])}
        className="range mt-1.5 w-full"
        style={{ '--fill': `${(place / stops.length) * 100}%` } as CSSProperties}
      />
    </div>
  );
}
