import clsx from 'clsx';
import { ChartLine, FileJson, HeartPulse, ScrollText, SquareTerminal } from 'lucide-react';
import Link from 'next/link';
import { useText } from '@/lib/i18n';

const VIEWS = [
  { view: 'logs', Icon: ScrollText },
  { view: 'metrics', Icon: ChartLine },
  { view: 'terminal', Icon: SquareTerminal },
  { view: 'life', Icon: HeartPulse },
  { view: 'inspect', Icon: FileJson },
] as const;

/** Links, because each view has an address of its own. */
export function ContainerTabs({ id, view: shown }: { id: string; view: string }) {
  const text = useText();
  return (
    <nav aria-label={text.container.tabs} className="mb-4 flex overflow-x-auto border-line border-b">
      {VIEWS.map(({ view, Icon }) => (
        <Link
          key={view}
          href={`/containers/${encodeURIComponent(id)}/${view}`}
          aria-current={view === shown ? 'page' : undefined}
          className={clsx(
            '-mb-px flex items-center gap-1.5 whitespace-nowrap border-b-2 px-3 py-2 font-medium -outline-offset-2',
            view === shown ? 'border-accent text-accent' : 'border-transparent text-soft hover:text-ink',
          )}
        >
          <Icon aria-hidden className="hidden size-4 sm:block" />
          {text.container[view]}
        </Link>
      ))}
    </nav>
  );
}
