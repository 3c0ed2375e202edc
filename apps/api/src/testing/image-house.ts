import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Principal } from '../domain/access/principal.js';
import { ImageRegistry } from '../domain/images/image-registry.js';
import type { Image } from '../domain/images/images.js';
import { ImageUsers } from '../domain/images/images.ports.js';
import { ImportImage } from '../domain/images/import-image.js';
import type { PullUpdate } from '../domain/images/pull-feed.js';
import { PullImage, type PullRequest } from '../domain/images/pull-image.js';
import { RemoveImage } from '../domain/images/remove-image.js';
import { RunningImports } from '../domain/images/running-imports.js';
import { RunningPulls } from '../domain/images/running-pulls.js';
import { BlobStore } from '../infra/images/blob-store.js';
import { ContentHolds } from '../infra/images/content-holds.js';
import { ImagePaths } from '../infra/images/image-paths.js';
import { LAYER_LIMITS, LayerStore } from '../infra/images/layer-store.js';
import { LocalImageCatalog } from '../infra/images/local-image-catalog.js';
import { LocalImageContent } from '../infra/images/local-image-content.js';
import { ReferenceNames } from '../infra/images/reference-names.js';
import { RegistryImageSource } from '../infra/images/registry-image-source.js';
import { MemoryImageStore } from './memory-image-store.js';
import { CollectedFaults } from './memory-stores.js';

export const ALI: Principal = { id: 'ali', name: 'ali', role: 'admin', tenant: { id: 'default', name: 'default' } };
export const BEA: Principal = { id: 'bea', name: 'bea', role: 'member', tenant: { id: 'other', name: 'other' } };

/** Containers that use images, by what a test says. */
class ToldUsers extends ImageUsers {
  readonly names = new Map<string, string[]>();

  override namesUsing(tenantId: string, imageId: string): string[] {
    return this.names.get(`${tenantId}/${imageId}`) ?? [];
  }
}

export type ImageHouse = Awaited<ReturnType<typeof imageHouse>>;

/** The images' side of one server on a root of its own, wired by hand. Give it a root and store of another: a restart. */
export async function imageHouse(given: { root?: string; store?: MemoryImageStore; mirror?: string } = {}) {
  const root = given.root ?? (await mkdtemp('/tmp/ki-'));
  const store = given.store ?? new MemoryImageStore();
  const paths = new ImagePaths(root);
  const names = new ReferenceNames();
  const registry = new ImageRegistry(store, names);
  const storage = { blobs: new BlobStore(paths), layers: new LayerStore(paths, LAYER_LIMITS), holds: new ContentHolds() };
  const faults = new CollectedFaults();
  const content = new LocalImageContent(paths, storage, registry, faults);
  const retry = { attempts: 3, baseMs: 1 };
  const source = new RegistryImageSource({ version: '0', retry, mirrors: given.mirror === undefined ? [] : [given.mirror] }, storage);
  const pulls = new RunningPulls();
  const users = new ToldUsers();
  const pullImage = new PullImage(pulls, names, source, registry);
  const importImage = new ImportImage(new RunningImports(), names, source, registry);
  const removeImage = new RemoveImage(registry, users, content, names);
  content.trust(await registry.load());
  await content.cleanUp();
  return {
    root,
    store,
    paths,
    registry,
    users,
    faults,
    content,
    follow: (request: PullRequest, principal = ALI) => pullImage.execute(principal, request),
    pull: (reference: string, principal = ALI) => collect(pullImage.execute(principal, { reference })),
    import: (reference: string, archive: Buffer | Readable, principal = ALI): Promise<Image> => {
      const body = Buffer.isBuffer(archive) ? Readable.from([archive]) : archive;
      return importImage.execute(principal, { reference, command: ['/bin/sh'], archive: body }, AbortSignal.timeout(20_000));
    },
    remove: (reference: string, { force = false, principal = ALI } = {}) => removeImage.execute(principal, reference, force),
    catalog: new LocalImageCatalog(registry, paths),
    /** Everything below the root's `images`, by name; the insides of layers are left out. */
    onDisk: async () => ({
      blobs: (await readdir(join(paths.blobs, 'sha256'))).sort(),
      layers: (await readdir(paths.layers)).sort(),
      incoming: (await readdir(paths.incoming, { recursive: true })).filter((name) => name.includes('/')).sort(),
      temp: await readdir(paths.temp),
    }),
    /** Pulls end, files stay. */
    async stop() {
      await pulls.close();
      await source.close();
    },
    async destroy() {
      await this.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** All updates and the image at the end. */
async function collect(updates: AsyncIterable<PullUpdate>): Promise<{ updates: PullUpdate[]; image: Image }> {
  const all: PullUpdate[] = [];
  for await (const update of updates) all.push(update);
  const last = all.at(-1);
  if (last?.type !== 'done') throw new Error('the pull ended without an image');
  return { updates: all, image: last.image };
}

/** The last status of each layer. */
export function statuses(updates: readonly PullUpdate[]): string[] {
  const layers = updates.filter((update) => update.type === 'layer');
  return [...new Map(layers.map(({ digest, status }) => [digest, status])).values()];
}
