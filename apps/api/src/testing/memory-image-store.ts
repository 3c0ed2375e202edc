import type { EventDraft } from '../domain/events/events.js';
import type { Image } from '../domain/images/images.js';
import { ImageStore } from '../domain/images/images.ports.js';

/** Image records that outlive the classes under test. */
export class MemoryImageStore extends ImageStore {
  readonly rows = new Map<string, Image>();
  readonly events: EventDraft[] = [];

  override async all(): Promise<Image[]> {
    return [...this.rows.values()];
  }

  override async save(image: Image, event: EventDraft): Promise<Image> {
    const place = `${image.tenantId}/${image.id}`;
    const known = this.rows.get(place);
    for (const reference of image.references) this.take(image.tenantId, reference);
    const union = (before: readonly string[] = [], now: readonly string[]) => [...new Set([...before, ...now])];
    const saved = {
      ...image,
      references: union(known?.references, image.references),
      repoDigests: union(known?.repoDigests, image.repoDigests),
    };
    this.rows.set(place, saved);
    this.events.push(event);
    return saved;
  }

  override async untag(tenantId: string, reference: string, event: EventDraft): Promise<void> {
    this.take(tenantId, reference);
    this.events.push(event);
  }

  override async remove(tenantId: string, imageId: string, event: EventDraft): Promise<void> {
    this.rows.delete(`${tenantId}/${imageId}`);
    this.events.push(event);
  }

  private take(tenantId: string, reference: string): void {
    for (const [place, image] of this.rows) {
      if (image.tenantId !== tenantId) continue;
      this.rows.set(place, { ...image, references: image.references.filter((own) => own !== reference) });
    }
  }
}
