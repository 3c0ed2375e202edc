import type { RunnableImage } from '../../domain/containers/containers.ports.js';
import { ImageCatalog } from '../../domain/containers/containers.ports.js';
import type { ImageRegistry } from '../../domain/images/image-registry.js';
import type { Image } from '../../domain/images/images.js';
import type { ImagePaths } from './image-paths.js';

/** The images' side of containers: records from memory, layers by their place on disk. */
export class LocalImageCatalog extends ImageCatalog {
  constructor(
    private readonly registry: ImageRegistry,
    private readonly paths: ImagePaths,
  ) {
    super();
  }

  override find(tenantId: string, reference: string): RunnableImage {
    return this.runnable(this.registry.find(tenantId, reference).image);
  }

  override byId(tenantId: string, imageId: string): RunnableImage {
    return this.runnable(this.registry.byId(tenantId, imageId));
  }

  /** overlayfs refuses the same directory twice; all that a layer says is said by its topmost place. */
  private runnable({ id, config, layers }: Image): RunnableImage {
    const topmost = new Set(layers.map(({ diffId }) => diffId).reverse());
    return { id, config, layerPaths: [...topmost].reverse().map((diffId) => this.paths.layerFiles(diffId)) };
  }
}
