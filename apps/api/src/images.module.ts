import { Module } from '@nestjs/common';
import { Config } from './config/config.js';
import { ContainerRecordsModule } from './container-records.module.js';
import { ImageCatalog } from './domain/containers/containers.ports.js';
import { Faults } from './domain/faults.js';
import { ImageRegistry } from './domain/images/image-registry.js';
import { ImageContent, ImageNames, ImageSource } from './domain/images/images.ports.js';
import { ImportImage } from './domain/images/import-image.js';
import { InspectImage } from './domain/images/inspect-image.js';
import { ListImages } from './domain/images/list-images.js';
import { PullImage } from './domain/images/pull-image.js';
import { RemoveImage } from './domain/images/remove-image.js';
import { RunningImports } from './domain/images/running-imports.js';
import { RunningPulls } from './domain/images/running-pulls.js';
import { ImageMapper } from './http/rest/images/image.mapper.js';
import { ImageSourcesController } from './http/rest/images/image-sources.controller.js';
import { ImagesController } from './http/rest/images/images.controller.js';
import { BlobStore } from './infra/images/blob-store.js';
import { ContentHolds } from './infra/images/content-holds.js';
import { ImageHousekeeping } from './infra/images/image-housekeeping.js';
import { ImagePaths } from './infra/images/image-paths.js';
import { LayerStore } from './infra/images/layer-store.js';
import { LocalImageCatalog } from './infra/images/local-image-catalog.js';
import { LocalImageContent } from './infra/images/local-image-content.js';
import { ReferenceNames } from './infra/images/reference-names.js';
import { type ImageStorage, RegistryImageSource } from './infra/images/registry-image-source.js';
import { registrySettings } from './infra/images/registry-settings.js';

const STORAGE = Symbol('image storage');

/** Images: where they come from, where they lie, and what containers see of them. */
@Module({
  imports: [ContainerRecordsModule],
  controllers: [ImageSourcesController, ImagesController],
  providers: [
    { provide: ImagePaths, useFactory: ({ root }: Config) => new ImagePaths(root), inject: [Config] },
    {
      provide: STORAGE,
      useFactory: (paths: ImagePaths): ImageStorage => ({
        blobs: new BlobStore(paths),
        layers: new LayerStore(paths),
        holds: new ContentHolds(),
      }),
      inject: [ImagePaths],
    },
    {
      provide: ImageSource,
      useFactory: (config: Config, storage: ImageStorage) => new RegistryImageSource(registrySettings(config, process.env), storage),
      inject: [Config, STORAGE],
    },
    {
      provide: ImageContent,
      useFactory: (paths: ImagePaths, storage: ImageStorage, registry: ImageRegistry, faults: Faults) =>
        new LocalImageContent(paths, storage, registry, faults),
      inject: [ImagePaths, STORAGE, ImageRegistry, Faults],
    },
    {
      provide: ImageCatalog,
      useFactory: (registry: ImageRegistry, paths: ImagePaths) => new LocalImageCatalog(registry, paths),
      inject: [ImageRegistry, ImagePaths],
    },
    {
      provide: ImageHousekeeping,
      useFactory: (
        registry: ImageRegistry,
        content: LocalImageContent,
        imports: RunningImports,
        pulls: RunningPulls,
        source: RegistryImageSource,
      ) => new ImageHousekeeping({ registry, content, imports, pulls, source }),
      inject: [ImageRegistry, ImageContent, RunningImports, RunningPulls, ImageSource],
    },
    { provide: ImageNames, useClass: ReferenceNames },
    ImageRegistry,
    RunningPulls,
    RunningImports,
    PullImage,
    ImportImage,
    ListImages,
    InspectImage,
    RemoveImage,
    ImageMapper,
  ],
  exports: [ImageCatalog, ImageRegistry],
})
export class ImagesModule {}
