import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Faults } from '../../domain/faults.js';
import type { Image, ImageContents } from '../../domain/images/images.js';
import { ContentReferences, ImageContent } from '../../domain/images/images.ports.js';
import { removeTree } from '../files/remove-tree.js';
import type { ImagePaths } from './image-paths.js';
import type { ImageStorage } from './registry-image-source.js';

/** What an interrupted pull has left is kept so long for the next one. */
const KEEP_LEFTOVERS_MS = 24 * 60 * 60 * 1000;

/** Deletes content by counting who needs it: records of any tenant, and pulls under way. */
export class LocalImageContent extends ImageContent {
  constructor(
    private readonly paths: ImagePaths,
    private readonly storage: ImageStorage,
    private readonly references: ContentReferences,
    private readonly faults: Faults,
  ) {
    super();
  }

  override async discard(contents: ImageContents): Promise<string[]> {
    const gone: string[] = [];
    for (const diffId of new Set(contents.layers.map((layer) => layer.diffId))) {
      if (await this.storage.layers.remove(diffId, () => this.isLayerNeeded(diffId))) gone.push(diffId);
    }
    const blobs = contents.layers.flatMap(({ blobDigest }) => (blobDigest === null ? [] : [blobDigest]));
    for (const digest of [...blobs, contents.id]) await this.removeBlob(digest);
    return gone;
  }

  override async cleanUp(): Promise<void> {
    await this.paths.prepare();
    const { blobs, layers } = this.storage;
    const before = new Date(Date.now() - KEEP_LEFTOVERS_MS);
    await this.eachOf(await readdir(this.paths.temp), (name) => removeTree(join(this.paths.temp, name)));
    await this.eachOf(await blobs.downloaders(), (tenantId) => blobs.forgetDownloads(tenantId, before));
    await this.eachOf(await blobs.digests(), (digest) => this.removeBlob(digest));
    await this.eachOf(await layers.names(), (hex) => this.forgetLayer(hex, before));
  }

  /** Blobs of the records were verified when they were pulled; they need not be hashed again to prove a layer. */
  trust(images: readonly Image[]): void {
    for (const { layers } of images) {
      for (const { diffId, blobDigest } of layers) if (blobDigest !== null) this.storage.layers.prove(diffId, blobDigest);
    }
  }

  /** What somebody else has put here is told and left alone: it must not keep the server from its start. */
  private async eachOf(names: readonly string[], work: (name: string) => Promise<void>): Promise<void> {
    for (const name of names) await work(name).catch((error: unknown) => this.faults.report(`tidy up ${name} among the images`, error));
  }

  private async forgetLayer(hex: string, before: Date): Promise<void> {
    const diffId = `${hex.length === 64 ? 'sha256' : 'sha512'}:${hex}`;
    const { mtime } = await stat(this.paths.layer(diffId));
    if (mtime < before) await this.storage.layers.remove(diffId, () => this.isLayerNeeded(diffId));
  }

  private async removeBlob(digest: string): Promise<void> {
    if (!this.references.needsBlob(digest) && !this.storage.holds.has(digest)) await this.storage.blobs.remove(digest);
  }

  private isLayerNeeded(diffId: string): boolean {
    return this.references.needsLayer(diffId) || this.storage.holds.has(diffId);
  }
}
