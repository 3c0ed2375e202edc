import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { DomainError } from '../errors.js';
import { imageEvent } from './image-events.js';
import { ImageRegistry } from './image-registry.js';
import type { Image, ImageName } from './images.js';
import { ImageNames, ImageSource } from './images.ports.js';
import { RunningImports } from './running-imports.js';

export interface ImportRequest {
  readonly reference: string;
  readonly command: readonly string[];
  /** Tar of a root filesystem: plain, gzip or zstd. */
  readonly archive: AsyncIterable<Buffer>;
}

@Injectable()
export class ImportImage {
  constructor(
    private readonly imports: RunningImports,
    private readonly names: ImageNames,
    private readonly source: ImageSource,
    private readonly registry: ImageRegistry,
  ) {}

  /** Throws `archive_invalid`, `reference_invalid`, `too_many_requests`, `storage_full`; nothing is kept of an archive that fails. */
  async execute(principal: Principal, request: ImportRequest, signal: AbortSignal): Promise<Image> {
    const name = this.names.parse(request.reference);
    if (name.digest !== null)
      throw new DomainError('reference_invalid', `${name.familiar} names a digest; give the import a tag`, { field: 'reference' });
    return this.imports.run(principal.tenant.id, signal, (either) => this.import(principal, { ...request, name }, either));
  }

  private async import(principal: Principal, request: ImportRequest & { name: ImageName }, signal: AbortSignal): Promise<Image> {
    const { canonical, familiar } = request.name;
    const held = await this.source.importArchive(request.archive, request.command, signal);
    try {
      const event = imageEvent(principal, 'image.import', { id: held.contents.id, name: familiar });
      return await this.registry.save(principal.tenant.id, held.contents, { references: [canonical], repoDigests: [] }, event);
    } finally {
      await held.close();
    }
  }
}
