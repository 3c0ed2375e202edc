import { type DynamicModule, Module } from '@nestjs/common';
import { BaseModule } from './base.module.js';
import type { Config } from './config/config.js';
import { ContainersModule } from './containers.module.js';
import { OpenApiModule } from './http/openapi/openapi.module.js';
import { ImagesModule } from './images.module.js';
import { NetworkModule } from './network.module.js';
import { StreamsModule } from './streams.module.js';
import { SystemModule } from './system.module.js';

/** The composition root: which class answers for which port is decided in these modules and nowhere else. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [BaseModule.with(config), ImagesModule, NetworkModule, ContainersModule, StreamsModule, SystemModule, OpenApiModule],
    };
  }
}
