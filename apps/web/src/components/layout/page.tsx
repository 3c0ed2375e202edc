import { ChevronLeft } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useEffect } from 'react';
import { Breakable } from '@/components/ui/breakable';
import { useText } from '@/lib/i18n';

interface PageProps {
  readonly title: string;
  readonly back?: { readonly href: string; readonly label: string };
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Title line with actions, and the content below. */
export function Page({ title, back, actions, children }: PageProps) {
  const text = useText();
  useEffect(() => {
    document.title = `${title} · Keelson`;
  }, [title]);
  return (
    <div className="mx-auto w-full max-w-[88rem] px-4 py-5 md:px-7 md:py-6">
      {back && (
        <Link
          href={back.href}
          className="mb-1 -ml-1 inline-flex items-center gap-0.5 rounded text-soft text-xs hover:text-ink"
          aria-label={text.common.backTo(back.label)}
        >
          <ChevronLeft aria-hidden className="size-3.5" />
          {back.label}
        </Link>
      )}
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <h1 className="min-w-0 font-semibold text-xl tracking-tight [overflow-wrap:anywhere]">
          <Breakable text={title} />
        </h1>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
