'use client';

import { useRouter } from 'next/navigation';
import { useCallback } from 'react';
import { Logo } from '@/components/layout/logo';
import { Preferences } from '@/components/layout/top-bar';
import { SignInForm } from '@/features/session/components/sign-in-form';

export default function SignInPage() {
  const router = useRouter();
  const enter = useCallback(() => router.replace('/containers'), [router]);
  return (
    <main className="flex min-h-dvh flex-col px-4">
      <div className="flex justify-end py-2">
        <Preferences />
      </div>
      <div className="mx-auto mt-[10vh] w-full max-w-sm">
        <Logo size={40} />
        <SignInForm onSignedIn={enter} />
      </div>
    </main>
  );
}
