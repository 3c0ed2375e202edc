'use client';

import { InspectView } from '@/features/containers/components/inspect-view';

export default function InspectPage() {
  return <InspectView />;
}
