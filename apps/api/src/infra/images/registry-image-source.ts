import { createHash } from 'node:crypto';
import { parseReference, type ResolvedImage } from '@keelson/oci-registry';
import { type ImageContents, type Platform, SILENT_IMAGE } from '../../domain/images/images.js';
import { type HeldImage, ImageSource, type PullSource, type RemoteImage } from '../../domain/images/images.ports.js';
import type { BlobStore } from './blob-store.js';
import type { ContentHolds } from './content-holds.js';
import { importFailure, pullFailure } from './failures.js';
import type { LayerStore } from './layer-store.js';
import { type BorrowedClient, RegistryClients, type RegistrySettings } from './registry-clients.js';
import { ResolvedRemoteImage } from './remote-image.js';

export interface ImageStorage {
  readonly blobs: BlobStore;
  readonly layers: LayerStore;
  readonly holds: ContentHolds;
}

/** Images from OCI registries and from uploaded archives. */
export class RegistryImageSource extends ImageSource {
  private readonly clients: RegistryClients;

  constructor(
    settings: RegistrySettings,
    private readonly storage: ImageStorage,
  ) {
    super();
    this.clients = new RegistryClients(settings);
  }

  override async resolve(source: PullSource, signal: AbortSignal): Promise<RemoteImage> {
    const reference = parseReference(source.name.canonical);
    const borrowed = this.clients.borrow(source.tenantId, reference.domain, source.credentials);
    try {
      const platform = source.platform ?? hostPlatform();
      return this.remote(source, borrowed, await borrowed.client.resolve(reference, { platform, signal }));
    } catch (error) {
      await borrowed.giveBack();
      signal.throwIfAborted();
      throw pullFailure(error, source.name.familiar);
    }
  }

  override async importArchive(tar: AsyncIterable<Buffer>, command: readonly string[], signal: AbortSignal): Promise<HeldImage> {
    const releases: (() => void)[] = [];
    const hold = (digest: string): number => releases.push(this.storage.holds.hold([digest]));
    const close = async (): Promise<void> => {
      for (const release of releases) release();
    };
    try {
      const layer = await this.storage.layers.add({ open: () => tar, signal }, hold);
      const { document, contents } = madeUp(layer, command);
      hold(contents.id);
      await this.storage.blobs.put(contents.id, document);
      return { contents, close };
    } catch (error) {
      await close();
      signal.throwIfAborted();
      throw importFailure(error);
    }
  }

  /** Cuts the connections of all tenants. */
  close(): Promise<void> {
    return this.clients.close();
  }

  private remote({ tenantId, name }: PullSource, borrowed: BorrowedClient, resolved: ResolvedImage): RemoteImage {
    const { blobs, layers, holds } = this.storage;
    const content = resolved.layers.flatMap(({ digest, diffId }) => [digest, diffId]);
    const release = holds.hold([resolved.config.digest, ...content]);
    return new ResolvedRemoteImage({ tenantId, reference: name.familiar, resolved, borrowed, blobs, layers, release });
  }
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

function hostPlatform(): Platform {
  return { os: 'linux', architecture: ARCHITECTURES[process.arch] ?? process.arch };
}

/** The config that an archive lacks (OCI image spec, config.md). Its time makes each import an image of its own. */
function madeUp(
  { diffId, sizeBytes }: { diffId: string; sizeBytes: number },
  command: readonly string[],
): { document: Buffer; contents: ImageContents } {
  const createdAt = new Date();
  const createdBy = 'imported archive';
  const platform = hostPlatform();
  const document = Buffer.from(
    JSON.stringify({
      created: createdAt.toISOString(),
      ...platform,
      config: { Cmd: command },
      rootfs: { type: 'layers', diff_ids: [diffId] },
      history: [{ created: createdAt.toISOString(), created_by: createdBy }],
    }),
  );
  const contents: ImageContents = {
    id: `sha256:${createHash('sha256').update(document).digest('hex')}`,
    ...platform,
    createdAt,
    config: { ...SILENT_IMAGE, cmd: command },
    layers: [{ diffId, blobDigest: null, compressedBytes: null, sizeBytes, createdBy }],
  };
  return { document, contents };
}
