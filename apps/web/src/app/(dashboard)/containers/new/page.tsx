'use client';

import { useRouter } from 'next/navigation';
import { Suspense, useState } from 'react';
import { useImage, useImages } from '@/features/images/api/images';
import { RunView } from '@/features/run/components/run-view';
import { useSystem } from '@/features/system/api/system';
import { useHydrated, useQueryValue } from '@/lib/hydrated';

export default function NewContainerPage() {
  return (
    <Suspense>
      <NewContainer />
    </Suspense>
  );
}

/** The address is known only after hydration, and the form starts from it. */
function NewContainer() {
  const initialImage = useQueryValue('image') ?? '';
  return useHydrated() && <Form key={initialImage} initialImage={initialImage} />;
}

function Form({ initialImage }: { initialImage: string }) {
  const router = useRouter();
  const [image, setImage] = useState(initialImage);
  return (
    <RunView
      initialImage={initialImage}
      images={useImages().data ?? []}
      chosen={useImage(image || undefined).data}
      onImage={setImage}
      host={useSystem().data}
      onCreated={({ id }) => router.push(`/containers/${id}/logs`)}
    />
  );
}
