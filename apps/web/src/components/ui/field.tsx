import clsx from 'clsx';
import { type ComponentProps, type ReactNode, useId } from 'react';

export const BOX =
  'w-full rounded-md border bg-surface px-2.5 text-ink placeholder:text-faint disabled:opacity-60 aria-invalid:border-bad focus-visible:outline-offset-0';

interface FieldProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly className?: string;
  /** Kept for assistive technology only, where a table head already says it. */
  readonly hideLabel?: boolean;
  /** Gets the ids that tie label, hint and error to the control. */
  readonly children: (control: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }) => ReactNode;
}

/** Label above, control, then the error or else the hint. */
export function Field({ label, hint, error, className, hideLabel, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={clsx('min-w-0', className)}>
      <label htmlFor={id} className={clsx(hideLabel ? 'sr-only' : 'mb-1 block font-medium text-[13px]')}>
        {label}
      </label>
      {children({ id, 'aria-describedby': note ? `${id}-note` : undefined, 'aria-invalid': error ? true : undefined })}
      {note && (
        <p id={`${id}-note`} className={clsx('mt-1 text-xs', error ? 'text-bad' : 'text-faint')}>
          {note}
        </p>
      )}
    </div>
  );
}

type Plain = Omit<FieldProps, 'children'>;

export function TextField({
  label,
  hint,
  error,
  className,
  hideLabel,
  mono,
  ...input
}: Plain & { mono?: boolean } & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} error={error} {...(className && { className })} {...(hideLabel && { hideLabel })}>
      {(control) => (
        <input type="text" className={clsx(BOX, 'h-8.5 border-line-strong', mono && 'font-mono text-[13px]')} {...control} {...input} />
      )}
    </Field>
  );
}

export function SelectField({ label, hint, error, className, hideLabel, ...select }: Plain & ComponentProps<'select'>) {
  return (
    <Field label={label} hint={hint} error={error} {...(className && { className })} {...(hideLabel && { hideLabel })}>
      {(control) => <select className={clsx(BOX, 'h-8.5 border-line-strong')} {...control} {...select} />}
    </Field>
  );
}

export function TextArea({ label, hint, error, className, hideLabel, ...area }: Plain & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint} error={error} {...(className && { className })} {...(hideLabel && { hideLabel })}>
      {(control) => <textarea rows={2} className={clsx(BOX, 'border-line-strong py-1.5 font-mono text-[13px]')} {...control} {...area} />}
    </Field>
  );
}

export function CheckField({ label, hint, className, ...input }: { label: ReactNode; hint?: ReactNode } & ComponentProps<'input'>) {
  const id = useId();
  return (
    <div className={clsx('flex gap-2.5', className)}>
      <input
        id={id}
        type="checkbox"
        className="mt-0.5 size-4 accent-accent"
        aria-describedby={hint ? `${id}-hint` : undefined}
        {...input}
      />
      <div>
        <label htmlFor={id} className="font-medium text-[13px]">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-faint text-xs">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** What is wrong with a list as a whole; it can be given the focus, as a marked field can. */
export function ListProblem({ problem }: { problem: string | undefined }) {
  if (!problem) return null;
  return (
    <p aria-invalid tabIndex={-1} className="mb-2 text-bad text-xs">
      {problem}
    </p>
  );
}
