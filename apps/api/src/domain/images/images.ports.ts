import type { EventDraft } from '../events/events.js';
import type { Image } from './images.js';

/** Image records of all tenants. Every change is written in one transaction together with its event. */
export abstract class ImageStore {
  abstract all(): Promise<Image[]>;
  /**
   * Writes the image. Its references move here from whichever image of the tenant had them; that one stays, without a
   * name. Returns the image as it is now.
   */
  abstract save(image: Image, event: EventDraft): Promise<Image>;
  /** Takes one canonical reference away from the tenant's image. */
  abstract untag(tenantId: string, reference: string, event: EventDraft): Promise<void>;
  abstract remove(tenantId: string, imageId: string, event: EventDraft): Promise<void>;
}

/** Who still needs an image: answered by the containers. */
export abstract class ImageUsers {
  /** Names of the tenant's containers, in any state, made from the image. */
  abstract namesUsing(tenantId: string, imageId: string): string[];
}
