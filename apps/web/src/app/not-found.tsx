'use client';

import Link from 'next/link';
import { Logo } from '@/components/layout/logo';
import { buttonClass } from '@/components/ui/button';
import { useText } from '@/lib/i18n';

export default function NotFound() {
  const text = useText();
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <div className="flex flex-col items-center gap-4 text-center">
        <Logo size={40} />
        <p className="text-soft">{text.common.notFound}</p>
        <Link href="/containers" className={buttonClass()}>
          {text.common.backTo(text.shell.containers)}
        </Link>
      </div>
    </main>
  );
}
