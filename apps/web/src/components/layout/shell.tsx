'use client';

import type { ReactNode } from 'react';
import { Toasts } from '@/components/ui/toasts';
import { useText } from '@/lib/i18n';
import { Navigation } from './navigation';
import { TopBar } from './top-bar';

interface ShellProps {
  readonly userName: string;
  readonly onSignOut: () => void;
  /** Shown in the top bar while live updates are interrupted. */
  readonly notice?: string | undefined;
  readonly children: ReactNode;
}

/** Navigation at the side (at the bottom of a phone), a bar above, the page in between. */
export function Shell({ userName, onSignOut, notice, children }: ShellProps) {
  const text = useText();
  return (
    <div className="flex min-h-dvh flex-col md:pl-52">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {text.shell.skip}
      </a>
      <Navigation />
      <TopBar userName={userName} onSignOut={onSignOut} notice={notice} />
      <main id="content" tabIndex={-1} className="flex min-w-0 flex-1 flex-col pb-16 outline-none md:pb-0">
        {children}
      </main>
      <Toasts />
    </div>
  );
}
