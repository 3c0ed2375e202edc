import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AccessModule } from './access.module.js';
import { Config } from './config/config.js';
import { Faults } from './domain/faults.js';
import { HealthController } from './http/rest/health/health.controller.js';
import { StoreModule } from './infra/store/store.module.js';
import { LoggedFaults } from './infra/system/logged-faults.js';

/** What every area stands on; its exports are visible everywhere. */
@Global()
@Module({})
export class BaseModule {
  static with(config: Config): DynamicModule {
    return {
      module: BaseModule,
      imports: [StoreModule, AccessModule],
      controllers: [HealthController],
      providers: [
        { provide: Config, useValue: config },
        { provide: Faults, useClass: LoggedFaults },
      ],
      exports: [Config, Faults, StoreModule, AccessModule],
    };
  }
}
