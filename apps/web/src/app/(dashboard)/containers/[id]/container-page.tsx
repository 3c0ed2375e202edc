'use client';

import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { ContainerFrame } from '@/features/containers/components/container-frame';
import { usePathSegment } from '@/lib/hydrated';

const ID_SEGMENT = 1;
const VIEW_SEGMENT = 2;

export function ContainerPage({ children }: { children: ReactNode }) {
  const router = useRouter();
  const id = usePathSegment(ID_SEGMENT);
  const view = usePathSegment(VIEW_SEGMENT) ?? '';
  if (id === undefined) return null;
  // Two containers are the same page to React; the key keeps their states apart.
  return (
    <ContainerFrame key={id} id={id} view={view} onRemoved={() => router.push('/containers')}>
      {children}
    </ContainerFrame>
  );
}
