'use client';

import { useShownContainer } from '@/features/containers/hooks/use-shown-container';
import { TerminalsView } from '@/features/terminals/components/terminals-view';

export default function TerminalPage() {
  return <TerminalsView container={useShownContainer()} />;
}
