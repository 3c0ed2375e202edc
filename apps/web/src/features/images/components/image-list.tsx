import type { ImageSummary } from '@keelson/contracts';
import { EllipsisVertical, Play, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Breakable } from '@/components/ui/breakable';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Menu, MenuItem } from '@/components/ui/menu';
import { useFormat, useText } from '@/lib/i18n';
import { detailPath, imageHandle, runPath, shortDigest } from '../model/image-name';
import { RemoveImageDialog } from './remove-image-dialog';

export function ImageList({ images }: { images: readonly ImageSummary[] }) {
  const text = useText();
  const [removing, setRemoving] = useState<string>();
  return (
    <Card flush>
      <table className="w-full">
        <thead className="text-left text-faint text-xs">
          <tr className="border-line border-b [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium">
            <th scope="col">{text.images.reference}</th>
            <th scope="col" className="text-right">
              {text.images.size}
            </th>
            <th scope="col" className="hidden md:table-cell">
              {text.images.platform}
            </th>
            <th scope="col" className="hidden text-right lg:table-cell">
              {text.images.usedBy}
            </th>
            <th scope="col" className="hidden lg:table-cell">
              {text.images.pulled}
            </th>
            <th scope="col" className="w-0">
              <span className="sr-only">{text.common.more}</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {images.map((image) => (
            <ImageRow key={image.id} image={image} onRemove={setRemoving} />
          ))}
        </tbody>
      </table>
      <RemoveImageDialog reference={removing} onClose={() => setRemoving(undefined)} />
    </Card>
  );
}

function ImageRow({ image, onRemove }: { image: ImageSummary; onRemove: (reference: string) => void }) {
  const text = useText();
  const format = useFormat();
  const router = useRouter();
  const handle = imageHandle(image);
  const names = image.references.length > 0 ? image.references : [shortDigest(image.id)];
  return (
    <tr className="hover:bg-sunken/60 [&>td]:px-4 [&>td]:py-2.5">
      <td className="min-w-0">
        {names.map((name) => (
          <Link
            key={name}
            prefetch={false}
            href={detailPath(image.references.length > 0 ? name : image.id)}
            className="block font-medium [overflow-wrap:anywhere] hover:text-accent"
          >
            <Breakable text={name} />
          </Link>
        ))}
        <span className="font-mono text-faint text-xs">{image.references.length === 0 ? text.images.untagged : shortDigest(image.id)}</span>
      </td>
      <td className="tabular whitespace-nowrap text-right">{format.bytes(image.sizeBytes)}</td>
      <td className="hidden text-soft md:table-cell">
        {image.os}/{image.architecture}
      </td>
      <td className="tabular hidden text-right text-soft lg:table-cell">{format.number(image.containers)}</td>
      <td className="hidden whitespace-nowrap text-soft lg:table-cell">
        <time dateTime={image.pulledAt} title={format.dateTime(image.pulledAt)}>
          {format.ago(image.pulledAt)}
        </time>
      </td>
      <td>
        <div className="flex justify-end gap-1">
          <Link
            prefetch={false}
            href={runPath(handle)}
            aria-label={text.images.runImage(handle)}
            title={text.images.run}
            className="inline-flex size-7 items-center justify-center rounded-md text-soft hover:bg-sunken hover:text-accent"
          >
            <Play aria-hidden className="size-4" />
          </Link>
          <Menu
            trigger={
              <Button tone="quiet" small square aria-label={text.images.actions(handle)}>
                <EllipsisVertical aria-hidden />
              </Button>
            }
          >
            <MenuItem icon={<Play aria-hidden />} onSelect={() => router.push(runPath(handle))}>
              {text.images.run}
            </MenuItem>
            <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => onRemove(handle)}>
              {text.common.remove}
            </MenuItem>
          </Menu>
        </div>
      </td>
    </tr>
  );
}
