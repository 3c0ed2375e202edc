import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { DomainError } from '../errors.js';
import { imageEvent } from './image-events.js';
import { ImageRegistry } from './image-registry.js';
import type { ImageName, Platform, RegistryCredentials } from './images.js';
import { ImageNames, ImageSource } from './images.ports.js';
import type { PullFeed, PullUpdate } from './pull-feed.js';
import { RunningPulls } from './running-pulls.js';

export interface PullRequest {
  readonly reference: string;
  /** `linux/arm64/v8`; absent: the host's. */
  readonly platform?: string | undefined;
  readonly credentials?: RegistryCredentials | undefined;
}

interface ReadRequest {
  readonly name: ImageName;
  readonly platform: Platform | undefined;
  readonly credentials: RegistryCredentials | undefined;
}

const PLATFORM = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9]+))?$/;

@Injectable()
export class PullImage {
  constructor(
    private readonly pulls: RunningPulls,
    private readonly names: ImageNames,
    private readonly source: ImageSource,
    private readonly registry: ImageRegistry,
  ) {}

  /**
   * The request is checked at once (`reference_invalid`, `invalid_input`); everything else is told by the iteration. Returning from
   * it gives the pull up, unless others wait for the same one.
   */
  execute(principal: Principal, request: PullRequest): AsyncGenerator<PullUpdate> {
    const read: ReadRequest = {
      name: this.names.parse(request.reference),
      platform: request.platform === undefined ? undefined : parsePlatform(request.platform),
      credentials: request.credentials,
    };
    return this.pulls.join(principal.tenant.id, keyOf(read), (feed, signal) => this.pull(principal, read, { feed, signal }));
  }

  private async pull(principal: Principal, request: ReadRequest, { feed, signal }: { feed: PullFeed; signal: AbortSignal }): Promise<void> {
    const tenantId = principal.tenant.id;
    const remote = await this.source.resolve({ tenantId, ...request }, signal);
    try {
      const { digest } = remote;
      feed.resolved({ reference: request.name.familiar, digest, layers: remote.blobs });
      const contents = await remote.fetch({
        owns: (diffId) => this.registry.ownsLayer(tenantId, diffId),
        onProgress: (progress) => feed.layer(progress),
        signal,
      });
      const labels = labelsOf(request.name, digest);
      const event = imageEvent(principal, 'image.pull', { id: contents.id, name: request.name.familiar }, { digest });
      feed.done(await this.registry.save(tenantId, contents, labels, event));
    } finally {
      await remote.close();
    }
  }
}

/** A reference by digest names no tag: the image is known by the digest only. */
function labelsOf({ canonical, repository, digest: asked }: ImageName, digest: string) {
  return { references: asked === null ? [canonical] : [], repoDigests: [`${repository}@${digest}`] };
}

function parsePlatform(text: string): Platform {
  const [, os, architecture, variant] = PLATFORM.exec(text) ?? [];
  if (os === undefined || architecture === undefined) {
    throw new DomainError('invalid_input', `platform ${JSON.stringify(text)} has another form than linux/amd64 or linux/arm64/v8`, {
      field: 'platform',
    });
  }
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}

/** Only the same question of the same asker is the same pull; the password is in the key as its hash. */
function keyOf({ name, platform, credentials }: ReadRequest): string {
  const asker = credentials && createHash('sha256').update(`${credentials.username}\0${credentials.password}`).digest('hex');
  return JSON.stringify([name.canonical, name.digest, platform ?? null, asker ?? null]);
}
