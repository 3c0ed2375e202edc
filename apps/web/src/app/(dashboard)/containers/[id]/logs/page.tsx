'use client';

import { useShownContainer } from '@/features/containers/hooks/use-shown-container';
import { LogsView } from '@/features/logs/components/logs-view';

export default function LogsPage() {
  return <LogsView container={useShownContainer()} />;
}
