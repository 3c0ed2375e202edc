'use client';

import { Suspense } from 'react';
import { ImageDetailView } from '@/features/images/components/image-detail-view';
import { useHydrated, useQueryValue } from '@/lib/hydrated';
import { useText } from '@/lib/i18n';

export default function ImagePage() {
  return (
    <Suspense>
      <ChosenImage />
    </Suspense>
  );
}

function ChosenImage() {
  const text = useText();
  const hydrated = useHydrated();
  const reference = useQueryValue('ref');
  if (reference) return <ImageDetailView key={reference} reference={reference} />;
  return hydrated ? <p className="p-8 text-center text-soft">{text.imageDetail.notChosen}</p> : null;
}
