'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useShownContainer } from '@/features/containers/hooks/use-shown-container';

/** An address without a view means the logs. */
export default function ContainerFrontPage() {
  const router = useRouter();
  const { id } = useShownContainer();
  useEffect(() => router.replace(`/containers/${id}/logs`), [router, id]);
  return null;
}
