import { Module } from '@nestjs/common';
import { ContainerRegistry } from './domain/containers/container-registry.js';
import { ImageUsers } from './domain/images/images.ports.js';

/** What containers there are. Images ask it who uses them, containers ask images what to run: this keeps those two apart. */
@Module({
  providers: [ContainerRegistry, { provide: ImageUsers, useExisting: ContainerRegistry }],
  exports: [ContainerRegistry, ImageUsers],
})
export class ContainerRecordsModule {}
