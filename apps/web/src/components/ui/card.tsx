import clsx from 'clsx';
import type { ReactNode } from 'react';

/** A bordered area; with a title it is a section of the page. */
export function Card({
  title,
  actions,
  flush,
  children,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}) {
  const Element = title ? 'section' : 'div';
  return (
    <Element className="min-w-0 rounded-lg border border-line bg-surface shadow-card">
      {title && (
        <div className="flex min-h-11 items-center justify-between gap-3 border-line border-b px-4 py-1.5">
          <h2 className="font-semibold text-[13px]">{title}</h2>
          {actions}
        </div>
      )}
      <div className={clsx(!flush && 'p-4')}>{children}</div>
    </Element>
  );
}

/** Nothing is here yet: what would be, and how to get it. */
export function EmptyState({ icon, title, hint, children }: { icon: ReactNode; title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <div className="mb-3 grid size-11 place-items-center rounded-full bg-accent-soft text-accent [&_svg]:size-5">{icon}</div>
      <p className="font-semibold text-base">{title}</p>
      {hint && <p className="mt-1 max-w-md text-soft">{hint}</p>}
      {children && <div className="mt-5 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

/** Grey rows in the place of an answer that is on its way. */
export function Skeleton({ rows = 4 }: { rows?: number }) {
  return (
    <div aria-hidden className="space-y-3 p-4 [animation:shimmer_1.4s_ease-in-out_infinite]">
      {[...Array(rows).keys()].map((row) => (
        <div key={row} className="flex gap-4">
          <div className="h-4 w-1/4 rounded bg-line" />
          <div className="h-4 flex-1 rounded bg-line" />
          <div className="h-4 w-16 rounded bg-line" />
        </div>
      ))}
    </div>
  );
}
