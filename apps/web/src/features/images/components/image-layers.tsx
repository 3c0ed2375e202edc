import type { ImageDetail } from '@keelson/contracts';
import { useFormat, useText } from '@/lib/i18n';
import { shortDigest } from '../model/image-name';

/** Layers from the lowest up, each with the build step that made it and its share of the image. */
export function ImageLayers({ layers }: { layers: ImageDetail['layers'] }) {
  const text = useText();
  const format = useFormat();
  const largest = Math.max(1, ...layers.map(({ sizeBytes }) => sizeBytes));
  return (
    <ol className="divide-y divide-line">
      {layers.map(({ diffId, sizeBytes, compressedBytes, createdBy }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a layer may occur twice, and the list never changes
        <li key={`${at}-${diffId}`} className="px-4 py-3">
          <div className="flex items-baseline justify-between gap-3">
            <span className="font-medium">{text.imageDetail.layerNumber(at + 1)}</span>
            <span className="tabular text-right">
              {format.bytes(sizeBytes)}
              {compressedBytes !== null && (
                <span className="text-faint text-xs"> · {text.imageDetail.compressed(format.bytes(compressedBytes))}</span>
              )}
            </span>
          </div>
          <div aria-hidden className="mt-1.5 h-1 rounded-full bg-line">
            <div className="h-full rounded-full bg-accent" style={{ width: `${Math.max(0.5, (sizeBytes / largest) * 100)}%` }} />
          </div>
          <p className="mt-2 line-clamp-3 break-all font-mono text-[12.5px] text-soft" title={createdBy ?? undefined}>
            {createdBy ?? <span className="font-sans text-faint">{text.imageDetail.noStep}</span>}
          </p>
          <p className="mt-1 font-mono text-faint text-xs">{shortDigest(diffId)}</p>
        </li>
      ))}
    </ol>
  );
}
