'use client';

import { DeathsCard } from '@/features/containers/components/deaths/deaths-card';
import { HealthCard } from '@/features/containers/components/health-card';
import { useShownContainer } from '@/features/containers/hooks/use-shown-container';

export default function LifePage() {
  const container = useShownContainer();
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <DeathsCard id={container.id} />
      <HealthCard container={container} />
    </div>
  );
}
