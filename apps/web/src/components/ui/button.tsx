import clsx from 'clsx';
import type { ComponentProps } from 'react';

type Tone = 'primary' | 'plain' | 'quiet' | 'soft' | 'danger';

const TONES: Record<Tone, string> = {
  primary: 'border-transparent bg-accent text-accent-ink hover:bg-accent-hover',
  plain: 'border-line-strong bg-surface text-ink hover:bg-sunken',
  quiet: 'border-transparent text-soft hover:bg-sunken hover:text-ink',
  soft: 'border-transparent bg-accent-soft text-accent',
  danger: 'border-transparent bg-bad text-surface hover:opacity-90',
};

export interface ButtonLook {
  readonly tone?: Tone;
  readonly small?: boolean;
  /** A square for one icon; needs an aria-label. */
  readonly square?: boolean;
}

/** Also for links that look like buttons. */
export function buttonClass({ tone = 'plain', small = false, square = false }: ButtonLook = {}): string {
  return clsx(
    'inline-flex shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors select-none',
    'disabled:pointer-events-none disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
    small ? 'h-7 text-[13px]' : 'h-8.5',
    square ? (small ? 'w-7' : 'w-8.5') : small ? 'px-2' : 'px-3',
    TONES[tone],
  );
}

export function Button({ tone, small, square, className, type = 'button', ...rest }: ComponentProps<'button'> & ButtonLook) {
  return (
    <button
      type={type}
      className={clsx(buttonClass({ ...(tone && { tone }), ...(small && { small }), ...(square && { square }) }), className)}
      {...rest}
    />
  );
}
