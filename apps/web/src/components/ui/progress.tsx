import clsx from 'clsx';

interface ProgressProps {
  readonly label: string;
  /** 0 to 1; absent while nobody knows. */
  readonly fraction?: number;
  readonly done?: boolean;
}

export function Progress({ label, fraction, done }: ProgressProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(fraction !== undefined && { 'aria-valuenow': Math.round(fraction * 100) })}
      className="h-1.5 overflow-hidden rounded-full bg-line"
    >
      <div
        className={clsx(
          'h-full rounded-full transition-[width] duration-200',
          done ? 'bg-ok' : 'bg-accent',
          fraction === undefined && 'w-1/3 [animation:sweep_1.2s_linear_infinite]',
        )}
        {...(fraction !== undefined && { style: { width: `${fraction * 100}%` } })}
      />
    </div>
  );
}

/** A share of something limited, in a table cell. */
export function Meter({ label, fraction }: { label: string; fraction: number }) {
  const width = Math.min(1, Math.max(0, fraction));
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> each in their own way
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(width * 100)}
      className="h-1 overflow-hidden rounded-full bg-line"
    >
      <div
        className={clsx('h-full rounded-full', width > 0.9 ? 'bg-bad' : width > 0.75 ? 'bg-warn' : 'bg-accent')}
        style={{ width: `${width * 100}%` }}
      />
    </div>
  );
}
