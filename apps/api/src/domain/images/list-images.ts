import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { ImageRegistry } from './image-registry.js';
import type { Image } from './images.js';

@Injectable()
export class ListImages {
  constructor(private readonly registry: ImageRegistry) {}

  /** Newest first. */
  execute(principal: Principal): Image[] {
    return this.registry.list(principal.tenant.id);
  }
}
