'use client';

import { ImagesView } from '@/features/images/components/images-view';

export default function ImagesPage() {
  return <ImagesView />;
}
