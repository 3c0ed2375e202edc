import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { ImageRegistry } from './image-registry.js';
import type { Image } from './images.js';

@Injectable()
export class InspectImage {
  constructor(private readonly registry: ImageRegistry) {}

  /** By reference, digest, id or at least four digits of an id. */
  execute(principal: Principal, reference: string): Image {
    return this.registry.find(principal.tenant.id, reference).image;
  }
}
