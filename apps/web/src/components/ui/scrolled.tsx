import clsx from 'clsx';
import type { ComponentProps } from 'react';

/** An area that scrolls by itself. It is a stop of the keyboard, or what is out of sight could not be reached without a mouse. */
export function Scrolled({ className, ...rest }: ComponentProps<'section'>) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
  return <section tabIndex={0} className={clsx('-outline-offset-2 overflow-auto', className)} {...rest} />;
}
