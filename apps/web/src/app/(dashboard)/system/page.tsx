'use client';

import { SystemView } from '@/features/system/components/system-view';

export default function SystemPage() {
  return <SystemView />;
}
