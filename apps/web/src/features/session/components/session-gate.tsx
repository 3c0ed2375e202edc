'use client';

import type { Session } from '@keelson/contracts';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { Logo } from '@/components/layout/logo';
import { Remote } from '@/components/ui/remote';
import { useSession } from '../api/session';

/** Shows what is behind it to who is signed in, and sends everybody else to the sign-in page. */
export function SessionGate({ children }: { children: (session: Session) => ReactNode }) {
  const router = useRouter();
  const query = useSession();
  const signedOut = query.data === null;
  useEffect(() => {
    if (signedOut) router.replace('/sign-in');
  }, [signedOut, router]);
  return (
    <Remote query={query} pending={<Waiting />}>
      {(session) => (session ? children(session) : <Waiting />)}
    </Remote>
  );
}

function Waiting() {
  return (
    <div className="grid min-h-dvh place-items-center opacity-60 [animation:shimmer_1.4s_ease-in-out_infinite]">
      <Logo size={40} />
    </div>
  );
}
