import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ImageRegistry } from '../../domain/images/image-registry.js';
import type { RunningImports } from '../../domain/images/running-imports.js';
import type { RunningPulls } from '../../domain/images/running-pulls.js';
import type { LocalImageContent } from './local-image-content.js';
import type { RegistryImageSource } from './registry-image-source.js';

interface Household {
  readonly registry: ImageRegistry;
  readonly content: LocalImageContent;
  readonly imports: RunningImports;
  readonly pulls: RunningPulls;
  readonly source: RegistryImageSource;
}

/** What images need at the start and the end of the server. */
export class ImageHousekeeping implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly house: Household) {}

  /** Before anything is bootstrapped: containers that are started again then look for their images. */
  async onModuleInit(): Promise<void> {
    const { registry, content } = this.house;
    content.trust(await registry.load());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.house.content.cleanUp();
  }

  /** Pulls before the connections they use. */
  async onApplicationShutdown(): Promise<void> {
    const { imports, pulls, source } = this.house;
    await Promise.all([imports.close(), pulls.close()]);
    await source.close();
  }
}
