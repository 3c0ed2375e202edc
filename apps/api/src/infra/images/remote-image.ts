import type { ResolvedImage } from '@keelson/oci-registry';
import type { ImageContents, LayerProgress, LayerStatus } from '../../domain/images/images.js';
import type { FetchWatch, RemoteImage } from '../../domain/images/images.ports.js';
import type { BlobStore } from './blob-store.js';
import { pullFailure } from './failures.js';
import { contentsOf } from './image-contents.js';
import type { LayerStore } from './layer-store.js';
import { openBlob } from './open-blob.js';
import type { BorrowedClient } from './registry-clients.js';
import { Slots } from './slots.js';

const DOWNLOADS = 3;

export interface RemoteParts {
  readonly tenantId: string;
  /** As people write it. */
  readonly reference: string;
  readonly resolved: ResolvedImage;
  readonly borrowed: BorrowedClient;
  readonly blobs: BlobStore;
  readonly layers: LayerStore;
  readonly release: () => void;
}

type RemoteLayer = ResolvedImage['layers'][number];

/** An image in a registry: downloads and unpacks go on side by side, layer by layer. */
export class ResolvedRemoteImage implements RemoteImage {
  private readonly downloads = new Slots(DOWNLOADS);

  constructor(private readonly parts: RemoteParts) {}

  get digest(): string {
    return this.parts.resolved.digest;
  }

  get blobs(): RemoteImage['blobs'] {
    const sizes = new Map(this.parts.resolved.layers.map(({ digest, size }): [string, number] => [digest, size]));
    return [...sizes].map(([digest, sizeBytes]) => ({ digest, sizeBytes }));
  }

  async fetch(watch: FetchWatch): Promise<ImageContents> {
    try {
      const sizes = await this.fetchAll(watch);
      await this.adopt();
      return contentsOf(this.parts.resolved, sizes);
    } catch (error) {
      watch.signal.throwIfAborted();
      throw pullFailure(error, this.parts.reference);
    }
  }

  async close(): Promise<void> {
    this.parts.release();
    await this.parts.borrowed.giveBack();
  }

  /** The first failure stops the others; it is told once none of them works any more. */
  private async fetchAll(watch: FetchWatch): Promise<ReadonlyMap<string, number>> {
    const stop = new AbortController();
    const signal = AbortSignal.any([watch.signal, stop.signal]);
    const sizes = new Map<string, number>();
    const works = this.distinctLayers().map(async (layer) => {
      try {
        sizes.set(layer.diffId, await this.fetchLayer(layer, { ...watch, signal }));
      } catch (error) {
        stop.abort(error);
        throw error;
      }
    });
    await Promise.allSettled(works);
    signal.throwIfAborted();
    return sizes;
  }

  private async fetchLayer(layer: RemoteLayer, watch: FetchWatch): Promise<number> {
    const { tenantId, blobs, layers } = this.parts;
    const tell = teller(layer, watch.onProgress);
    if (watch.owns(layer.diffId)) {
      const stored = await layers.find(layer.diffId);
      if (stored) {
        tell('exists', layer.size);
        return stored.sizeBytes;
      }
    }
    tell('waiting', 0);
    const blob = await blobs.obtain(tenantId, layer.digest, (file) => this.download(layer, file, tell, watch.signal));
    const stored = await layers.ensure(layer.diffId, layer.digest, {
      open: async () => openBlob(await blobs.locate(tenantId, layer.digest)),
      onRead: (bytes) => tell('unpacking', bytes),
      signal: watch.signal,
    });
    tell(blob.wasHere && stored.wasHere ? 'exists' : 'done', layer.size);
    return stored.sizeBytes;
  }

  private download(layer: RemoteLayer, file: string, tell: Tell, signal: AbortSignal): Promise<void> {
    const { borrowed, resolved } = this.parts;
    const onProgress = ({ currentBytes }: { currentBytes: number }): void => tell('downloading', currentBytes);
    return this.downloads.run(signal, () =>
      borrowed.client.downloadBlob(resolved.reference, { descriptor: layer, file, signal, onProgress }),
    );
  }

  private async adopt(): Promise<void> {
    const { tenantId, blobs, resolved } = this.parts;
    for (const { digest } of this.blobs) await blobs.adopt(tenantId, digest);
    await blobs.put(resolved.config.digest, resolved.config.bytes);
  }

  /** An image may have the same layer twice. Only pairs are equal: one blob cannot pass for two layers. */
  private distinctLayers(): RemoteLayer[] {
    const pairs = this.parts.resolved.layers.map((layer): [string, RemoteLayer] => [`${layer.digest} ${layer.diffId}`, layer]);
    return [...new Map(pairs).values()];
  }
}

type Tell = (status: LayerStatus, currentBytes: number) => void;

function teller({ digest, size }: RemoteLayer, onProgress: (progress: LayerProgress) => void): Tell {
  return (status, currentBytes) => onProgress({ digest, status, currentBytes, totalBytes: size });
}
