import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import type { EventDraft } from '../events/events.js';
import { KeyedLock } from '../keyed-lock.js';
import type { Image, ImageContents } from './images.js';
import { ContentReferences, ImageNames, ImageStore } from './images.ports.js';

/** Fewer digits of an id would name the wrong image too easily. */
const SHORT_ID = /^(?:sha256:)?([a-f0-9]{4,64})$/;

export interface FoundImage {
  readonly image: Image;
  /** The reference (canonical) that led to it; null when an id or digest did. */
  readonly reference: string | null;
}

/** What names an image newly has. */
export interface ImageLabels {
  readonly references: readonly string[];
  readonly repoDigests: readonly string[];
}

/** All image records, in memory: lists and inspections never ask the database (D4). Writes go to the store first. */
@Injectable()
export class ImageRegistry extends ContentReferences {
  private readonly records = new Map<string, Image>();
  private readonly removing = new Set<string>();
  private readonly locks = new KeyedLock();

  constructor(
    private readonly store: ImageStore,
    private readonly names: ImageNames,
  ) {
    super();
  }

  async load(): Promise<readonly Image[]> {
    for (const image of await this.store.all()) this.records.set(key(image.tenantId, image.id), image);
    return [...this.records.values()];
  }

  /** Newest first. */
  list(tenantId: string): Image[] {
    return this.own(tenantId).sort((a, b) => b.pulledAt.getTime() - a.pulledAt.getTime());
  }

  /** By id, reference, digest or at least four digits of an id. Throws `image_not_found`, also for another tenant's. */
  find(tenantId: string, text: string): FoundImage {
    const exact = this.byExactId(tenantId, text) ?? this.byExactId(tenantId, `sha256:${text}`);
    if (exact) return { image: exact, reference: null };
    const found = this.byName(tenantId, text) ?? this.byShortId(tenantId, text);
    if (!found) throw new DomainError('image_not_found', `no image ${text} here; pull it first`, { reference: text });
    return found;
  }

  byId(tenantId: string, imageId: string): Image {
    const image = this.byExactId(tenantId, imageId);
    if (!image) throw new DomainError('image_not_found', `no image ${imageId} here`, { reference: imageId });
    return image;
  }

  ownsLayer(tenantId: string, diffId: string): boolean {
    return this.own(tenantId).some(({ layers }) => layers.some((layer) => layer.diffId === diffId));
  }

  override needsLayer(diffId: string): boolean {
    return this.anyLayer((layer) => layer.diffId === diffId);
  }

  override needsBlob(digest: string): boolean {
    return this.anyLayer((layer) => layer.blobDigest === digest) || [...this.records.values()].some(({ id }) => id === digest);
  }

  /** Adds the image or gives it further names, which move here from other images of the tenant. */
  async save(tenantId: string, contents: ImageContents, labels: ImageLabels, event: EventDraft): Promise<Image> {
    return this.locks.run(tenantId, async () => {
      const image = await this.store.save({ tenantId, ...contents, ...labels, pulledAt: new Date() }, event);
      for (const other of this.own(tenantId)) this.take(other, labels.references);
      this.records.set(key(tenantId, image.id), image);
      return image;
    });
  }

  async untag({ tenantId, id }: Image, reference: string, event: EventDraft): Promise<void> {
    await this.locks.run(tenantId, async () => {
      const image = this.records.get(key(tenantId, id));
      if (!image?.references.includes(reference)) return;
      await this.store.untag(tenantId, reference, event);
      this.take(image, [reference]);
    });
  }

  /** While this runs the image is not found any more, so that no container is made of it. */
  async remove({ tenantId, id }: Image, event: EventDraft): Promise<void> {
    const place = key(tenantId, id);
    this.removing.add(place);
    try {
      await this.locks.run(tenantId, async () => {
        await this.store.remove(tenantId, id, event);
        this.records.delete(place);
      });
    } finally {
      this.removing.delete(place);
    }
  }

  private own(tenantId: string): Image[] {
    return [...this.records].filter(([place, image]) => image.tenantId === tenantId && !this.removing.has(place)).map(([, image]) => image);
  }

  private byExactId(tenantId: string, id: string): Image | undefined {
    const place = key(tenantId, id);
    return this.removing.has(place) ? undefined : this.records.get(place);
  }

  private byName(tenantId: string, text: string): FoundImage | undefined {
    const name = this.parsed(text);
    if (!name) return undefined;
    const own = this.list(tenantId);
    if (name.digest !== null) {
      const wanted = `${name.repository}@${name.digest}`;
      const image = own.find(({ repoDigests }) => repoDigests.includes(wanted));
      return image && { image, reference: null };
    }
    const image = own.find(({ references }) => references.includes(name.canonical));
    return image && { image, reference: name.canonical };
  }

  private byShortId(tenantId: string, text: string): FoundImage | undefined {
    const [, digits] = SHORT_ID.exec(text) ?? [];
    if (digits === undefined) return undefined;
    const fits = this.own(tenantId).filter(({ id }) => id.startsWith(`sha256:${digits}`));
    if (fits.length > 1) {
      throw new DomainError('invalid_input', `${text} fits ${fits.length} images; give more digits of the id`, { field: 'reference' });
    }
    return fits[0] && { image: fits[0], reference: null };
  }

  /** What is no reference may still be an id. */
  private parsed(text: string): ReturnType<ImageNames['parse']> | undefined {
    try {
      return this.names.parse(text);
    } catch (error) {
      if (error instanceof DomainError && SHORT_ID.test(text)) return undefined;
      throw error;
    }
  }

  private anyLayer(fits: (layer: Image['layers'][number]) => boolean): boolean {
    return [...this.records.values()].some(({ layers }) => layers.some(fits));
  }

  private take(image: Image, references: readonly string[]): void {
    if (!references.some((reference) => image.references.includes(reference))) return;
    const left = image.references.filter((reference) => !references.includes(reference));
    this.records.set(key(image.tenantId, image.id), { ...image, references: left });
  }
}

function key(tenantId: string, imageId: string): string {
  return `${tenantId}/${imageId}`;
}
