'use client';

import { ContainersView } from '@/features/containers/components/containers-view';
import { useLiveMetrics } from '@/features/metrics/hooks/use-live-metrics';

export default function ContainersPage() {
  return <ContainersView samples={useLiveMetrics()} />;
}
