import { Module } from '@nestjs/common';
import { ContainersModule } from './containers.module.js';
import { GetSystem } from './domain/system/get-system.js';
import { SystemFacts } from './domain/system/system.ports.js';
import { SystemController } from './http/rest/system/system.controller.js';
import { ImagesModule } from './images.module.js';
import { LinuxFacts } from './infra/system/linux-facts.js';

/** The host as its users see it. */
@Module({
  imports: [ContainersModule, ImagesModule],
  controllers: [SystemController],
  providers: [{ provide: SystemFacts, useClass: LinuxFacts }, GetSystem],
})
export class SystemModule {}
