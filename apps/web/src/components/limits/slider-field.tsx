import clsx from 'clsx';
import type { CSSProperties } from 'react';
import { BOX, Field } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import { placeOf, type Stops } from '@/lib/limits/stops';

interface SliderFieldProps {
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
}

/** A text to type and a slider over what the host has; both say the same. */
export function SliderField({ label, hint, error, text, onText, value, stops, onStop, describe }: SliderFieldProps) {
  const words = useText().limitForm;
  const place = placeOf(value, stops);
  return (
    <div>
      <Field label={label} hint={hint} error={error}>
        {(control) => (
          <input
            type="text"
            autoComplete="off"
            placeholder="–"
            value={text}
            onChange={(event) => onText(event.target.value)}
            className={clsx(BOX, 'tabular h-8.5 border-line-strong')}
            {...control}
          />
        )}
      </Field>
      <input
        type="range"
        aria-label={words.slider(label)}
        aria-valuetext={place === 0 ? words.noLimit : describe(stops[place - 1] ?? 0)}
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
