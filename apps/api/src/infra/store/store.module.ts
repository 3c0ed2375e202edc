import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { AccessStore } from '../../domain/access/access.ports.js';
import { ContainerStore } from '../../domain/containers/containers.ports.js';
import { EventLog } from '../../domain/events/events.ports.js';
import { ImageStore } from '../../domain/images/images.ports.js';
import { Database } from './database.js';
import { PrismaAccessStore } from './prisma-access-store.js';
import { PrismaContainerStore } from './prisma-container-store.js';
import { PrismaEventLog } from './prisma-event-log.js';
import { PrismaImageStore } from './prisma-image-store.js';
import { RememberingAccessStore } from './remembering-access-store.js';

const PORTS = [ContainerStore, ImageStore, EventLog, AccessStore];

@Module({
  providers: [
    { provide: Database, useFactory: ({ databaseUrl }: Config) => Database.open(databaseUrl), inject: [Config] },
    { provide: ContainerStore, useClass: PrismaContainerStore },
    { provide: ImageStore, useClass: PrismaImageStore },
    { provide: EventLog, useClass: PrismaEventLog },
    {
      provide: AccessStore,
      useFactory: (database: Database) => new RememberingAccessStore(new PrismaAccessStore(database)),
      inject: [Database],
    },
  ],
  exports: [Database, ...PORTS],
})
export class StoreModule {}
