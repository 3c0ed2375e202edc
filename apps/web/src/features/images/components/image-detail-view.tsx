import type { ImageDetail } from '@keelson/contracts';
import { Play, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Page } from '@/components/layout/page';
import { Button, buttonClass } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Facts, Lines } from '@/components/ui/facts';
import { Remote } from '@/components/ui/remote';
import { useFormat, useText } from '@/lib/i18n';
import { quoteWord } from '@/lib/split-command';
import { useImage } from '../api/images';
import { imageHandle, runPath } from '../model/image-name';
import { ImageLayers } from './image-layers';
import { RemoveImageDialog } from './remove-image-dialog';

export function ImageDetailView({ reference }: { reference: string }) {
  const text = useText();
  const router = useRouter();
  const image = useImage(reference);
  const [removing, setRemoving] = useState<string>();
  const actions = image.data && (
    <>
      <Button onClick={() => setRemoving(reference)}>
        <Trash2 aria-hidden />
        {text.common.remove}
      </Button>
      <Link href={runPath(imageHandle(image.data))} className={buttonClass({ tone: 'primary' })}>
        <Play aria-hidden />
        {text.images.run}
      </Link>
    </>
  );
  return (
    <Page title={reference} back={{ href: '/images', label: text.images.title }} actions={actions}>
      <Remote query={image} rows={8}>
        {(detail) => <Detail image={detail} />}
      </Remote>
      <RemoveImageDialog reference={removing} onClose={() => setRemoving(undefined)} onRemoved={() => router.push('/images')} />
    </Page>
  );
}

function Detail({ image }: { image: ImageDetail }) {
  const text = useText();
  const format = useFormat();
  const words = text.imageDetail;
  const { config } = image;
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Card title={words.config}>
        <Facts
          facts={[
            { label: words.entrypoint, value: config.entrypoint.map(quoteWord).join(' '), mono: true },
            { label: words.command, value: config.cmd.map(quoteWord).join(' '), mono: true },
            { label: words.workingDir, value: config.workingDir || '/', mono: true },
            { label: words.user, value: config.user || words.root, mono: true },
            { label: words.exposedPorts, value: config.exposedPorts.join(', '), mono: true },
            { label: words.volumes, value: config.volumes.join(', '), mono: true },
            { label: words.stopSignal, value: config.stopSignal, mono: true },
            { label: words.env, value: <Lines values={config.env} /> },
            { label: words.labels, value: <Lines values={Object.entries(config.labels).map(([name, value]) => `${name}=${value}`)} /> },
            { label: text.images.platform, value: `${image.os}/${image.architecture}` },
            { label: text.images.size, value: format.bytes(image.sizeBytes) },
            { label: text.images.created, value: image.createdAt && format.dateTime(image.createdAt) },
            { label: text.images.pulled, value: format.dateTime(image.pulledAt) },
            { label: words.id, value: image.id, mono: true },
            { label: words.references, value: <Lines values={image.references} /> },
            { label: words.repoDigests, value: <Lines values={image.repoDigests} /> },
          ]}
        />
      </Card>
      <Card title={words.history} flush>
        <ImageLayers layers={image.layers} />
      </Card>
    </div>
  );
}
