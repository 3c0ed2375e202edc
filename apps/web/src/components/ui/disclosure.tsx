import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';

interface DisclosureProps {
  readonly title: string;
  readonly hint?: string;
  /** Shows what is inside even if nobody asked: something there has to be looked at. */
  readonly forced?: boolean;
  readonly children: ReactNode;
}

/** What few people need, behind its title. */
export function Disclosure({ title, hint, forced = false, children }: DisclosureProps) {
  const [open, setOpen] = useState(false);
  return (
    <details open={open || forced} onToggle={(event) => setOpen(event.currentTarget.open)} className="group">
      <summary className="flex list-none items-center gap-1.5 rounded font-medium text-[13px] text-accent [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 shrink-0 transition-transform group-open:rotate-90" />
        {title}
        {hint && <span className="font-normal text-faint text-xs">{hint}</span>}
      </summary>
      <div className="mt-4 space-y-5">{children}</div>
    </details>
  );
}
