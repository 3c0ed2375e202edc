'use client';

import { useRouter } from 'next/navigation';
import { Suspense, useState } from 'react';
import { useImage, useImages } from '@/features/images/api/images';
import { RunView } from '@/features/run/components/run-view';
import { useSession } from '@/features/session/api/session';
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
  const images = useImages().data ?? [];
  // What is still being typed is the name of no image.
  const known = image === initialImage || images.some(({ references, id }) => references.includes(image) || id === image);
  return (
    <RunView
      initialImage={initialImage}
      images={images}
      chosen={useImage((known && image) || undefined).data}
      admin={useSession().data?.principal.role === 'admin'}
      onImage={setImage}
      host={useSystem().data}
      onCreated={({ id }) => router.push(`/containers/${id}/logs`)}
    />
  );
}
