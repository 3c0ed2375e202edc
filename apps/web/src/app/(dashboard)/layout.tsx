'use client';

import type { ReactNode } from 'react';
import { Shell } from '@/components/layout/shell';
import { useLiveEvents } from '@/features/events/hooks/use-live-events';
import { useSignOut } from '@/features/session/api/session';
import { SessionGate } from '@/features/session/components/session-gate';
import { useText } from '@/lib/i18n';

export default function DashboardLayout({ children }: { children: ReactNode }) {
  return <SessionGate>{(session) => <Dashboard userName={session.principal.name}>{children}</Dashboard>}</SessionGate>;
}

function Dashboard({ userName, children }: { userName: string; children: ReactNode }) {
  const text = useText();
  const status = useLiveEvents();
  const signOut = useSignOut();
  return (
    <Shell userName={userName} onSignOut={() => signOut.mutate()} notice={status === 'waiting' ? text.shell.reconnecting : undefined}>
      {children}
    </Shell>
  );
}
