import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { DomainError } from '../errors.js';
import { imageEvent } from './image-events.js';
import { ImageRegistry } from './image-registry.js';
import type { Image } from './images.js';
import { ImageContent, ImageNames, ImageUsers } from './images.ports.js';

export interface RemovedImage {
  /** Canonical references that name nothing now. */
  readonly untagged: readonly string[];
  /** Image id and diff ids of layers that are gone. */
  readonly deleted: readonly string[];
}

@Injectable()
export class RemoveImage {
  constructor(
    private readonly registry: ImageRegistry,
    private readonly users: ImageUsers,
    private readonly content: ImageContent,
    private readonly names: ImageNames,
  ) {}

  /**
   * By one of several references: that reference goes. By its last reference, its id or a digest: the image goes, with the content
   * that no other image needs. While containers use it this is `image_in_use`; with `force` the image then only loses its names.
   */
  async execute(principal: Principal, text: string, force: boolean): Promise<RemovedImage> {
    const { image, reference } = this.registry.find(principal.tenant.id, text);
    if (reference !== null && image.references.length > 1) return this.untag(principal, image, [reference]);
    const users = this.users.namesUsing(image.tenantId, image.id);
    if (users.length === 0) return this.remove(principal, image);
    if (force) return this.untag(principal, image, image.references);
    throw inUse(text, users);
  }

  private async untag(principal: Principal, image: Image, references: readonly string[]): Promise<RemovedImage> {
    for (const reference of references) {
      const event = imageEvent(principal, 'image.untag', { id: image.id, name: this.names.familiar(reference) });
      await this.registry.untag(image, reference, event);
    }
    return { untagged: references, deleted: [] };
  }

  private async remove(principal: Principal, image: Image): Promise<RemovedImage> {
    const [first] = image.references;
    const name = first === undefined ? image.id : this.names.familiar(first);
    await this.registry.remove(image, imageEvent(principal, 'image.remove', { id: image.id, name }));
    const layers = await this.content.discard(image);
    return { untagged: image.references, deleted: [image.id, ...layers] };
  }
}

function inUse(text: string, users: readonly string[]): DomainError {
  const noun = users.length === 1 ? 'container' : 'containers';
  return new DomainError(
    'image_in_use',
    `${text} is used by ${noun} ${users.join(', ')}; remove ${users.length === 1 ? 'it' : 'them'} first`,
    {
      containers: users,
    },
  );
}
