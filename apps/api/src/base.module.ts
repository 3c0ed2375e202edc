import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Config } from './config/config.js';
import { HealthController } from './http/rest/health/health.controller.js';

/** What every area stands on; its exports are visible everywhere. */
@Global()
@Module({})
export class BaseModule {
  static with(config: Config): DynamicModule {
    return {
      module: BaseModule,
      controllers: [HealthController],
      providers: [{ provide: Config, useValue: config }],
      exports: [Config],
    };
  }
}
