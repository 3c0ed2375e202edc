'use client';

import { useShownContainer } from '@/features/containers/hooks/use-shown-container';
import { MetricsView } from '@/features/metrics/components/metrics-view';

export default function MetricsPage() {
  return <MetricsView container={useShownContainer()} />;
}
