'use client';

import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { ContainerFrame } from '@/features/containers/components/container-frame';
import { useSystem } from '@/features/system/api/system';
import { usePathSegment } from '@/lib/hydrated';

const ID_SEGMENT = 1;
const VIEW_SEGMENT = 2;

export function ContainerPage({ children }: { children: ReactNode }) {
  const router = useRouter();
  const id = usePathSegment(ID_SEGMENT);
  const view = usePathSegment(VIEW_SEGMENT) ?? '';
  const host = useSystem().data;
  if (id === undefined) return null;
  // Two containers are the same page to React; the key keeps their states apart.
  return (
    <ContainerFrame key={id} id={id} view={view} host={host} onRemoved={() => router.push('/containers')}>
      {children}
    </ContainerFrame>
  );
}
