import clsx from 'clsx';
import { Box, Layers, Server } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useText } from '@/lib/i18n';
import { Logo } from './logo';

const PLACES = [
  { href: '/containers', key: 'containers', Icon: Box },
  { href: '/images', key: 'images', Icon: Layers },
  { href: '/system', key: 'system', Icon: Server },
] as const;

export function Navigation() {
  const text = useText();
  const path = usePathname();
  return (
    <nav
      aria-label={text.shell.navigation}
      className="fixed inset-x-0 bottom-0 z-30 border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:inset-y-0 md:right-auto md:w-52 md:border-t-0 md:border-r md:px-3"
    >
      <div className="hidden h-14 items-center gap-2.5 px-2 font-semibold text-base tracking-tight md:flex">
        <Logo /> Keelson
      </div>
      <ul className="flex md:flex-col md:gap-0.5">
        {PLACES.map(({ href, key, Icon }) => {
          const here = path.startsWith(href);
          return (
            <li key={href} className="flex-1 md:flex-none">
              <Link
                href={href}
                aria-current={here ? 'page' : undefined}
                className={clsx(
                  'flex flex-col items-center gap-0.5 py-2 text-[11px] md:flex-row md:gap-2.5 md:rounded-md md:px-2.5 md:py-1.5 md:text-[13.5px]',
                  here ? 'font-semibold text-accent md:bg-accent-soft' : 'text-soft hover:text-ink md:hover:bg-sunken',
                )}
              >
                <Icon aria-hidden className="size-5 md:size-4" />
                {text.shell[key]}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
