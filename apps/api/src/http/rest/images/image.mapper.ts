import type { ImageDetail, ImageSummary, PullProgress, RemoveImageResult } from '@keelson/contracts';
import { Injectable } from '@nestjs/common';
import type { Image } from '../../../domain/images/images.js';
import { ImageNames, ImageUsers } from '../../../domain/images/images.ports.js';
import type { PullUpdate } from '../../../domain/images/pull-feed.js';
import type { RemovedImage } from '../../../domain/images/remove-image.js';

/** Images on the wire: names as people write them, and how many containers use each. */
@Injectable()
export class ImageMapper {
  constructor(
    private readonly names: ImageNames,
    private readonly users: ImageUsers,
  ) {}

  toSummary(image: Image): ImageSummary {
    return {
      id: image.id,
      references: this.familiar(image.references),
      repoDigests: this.familiar(image.repoDigests),
      sizeBytes: image.layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      architecture: image.architecture,
      os: image.os,
      createdAt: image.createdAt?.toISOString() ?? null,
      pulledAt: image.pulledAt.toISOString(),
      containers: this.users.namesUsing(image.tenantId, image.id).length,
    };
  }

  toDetail(image: Image): ImageDetail {
    const { env, entrypoint, cmd, exposedPorts, volumes, healthcheck, ...config } = image.config;
    return {
      ...this.toSummary(image),
      config: {
        ...config,
        env: [...env],
        entrypoint: [...entrypoint],
        cmd: [...cmd],
        exposedPorts: [...exposedPorts],
        volumes: [...volumes],
        healthcheck: healthcheck && { ...healthcheck, command: [...healthcheck.command] },
      },
      layers: [...image.layers],
    };
  }

  async *toProgress(updates: AsyncIterable<PullUpdate>): AsyncGenerator<PullProgress> {
    for await (const update of updates) {
      if (update.type === 'done') yield { type: 'done', image: this.toSummary(update.image) };
      else if (update.type === 'resolved') yield { ...update, layers: [...update.layers] };
      else yield update;
    }
  }

  toRemoveResult({ untagged, deleted }: RemovedImage): RemoveImageResult {
    return { untagged: this.familiar(untagged), deleted: [...deleted] };
  }

  private familiar(canonical: readonly string[]): string[] {
    return canonical.map((name) => this.names.familiar(name));
  }
}
