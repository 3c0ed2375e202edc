import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { archive } from '../../../packages/runtime-native/test/support/tar.js';
import { type LayerBlob, writeBlob } from './blobs.js';
import { testImage } from './image-registry.js';
import { pushImage } from './push-image.js';
import type { ImageName } from './recipes.js';

export interface Variant {
  /** A test image below, or nothing. */
  readonly base?: ImageName;
  /** Entries of `packages/runtime-native/test/support/tar.ts` for one layer on top; the bytes need not be honest. */
  readonly entries?: readonly Buffer[];
  /** The image's config, as a hostile image would have it. */
  readonly config?: Readonly<Record<string, unknown>>;
}

const TYPES = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** Pushes an image made by hand and returns its reference. */
export async function pushVariant(host: string, name: string, { base, entries, config = {} }: Variant): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'keelson-variant-'));
  try {
    const layers = base === undefined ? [] : [...(await testImage(base)).layers];
    if (entries !== undefined) layers.push(await layerOf(entries, work));
    const document = {
      created: '2026-11-01T12:00:00Z',
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    };
    const configBlob = await writeBlob(Buffer.from(JSON.stringify(document)), work);
    const descriptor = ({ digest, size }: LayerBlob) => ({ mediaType: TYPES.layer, digest, size });
    const manifest = await writeBlob(
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: TYPES.manifest,
          config: { mediaType: TYPES.config, digest: configBlob.digest, size: configBlob.size },
          layers: layers.map(descriptor),
        }),
      ),
      work,
    );
    const image = { name, config: configBlob, layers, manifest, manifestType: TYPES.manifest };
    await pushImage(image, { host, repository: `hostile/${name}`, tag: '1' });
    return `${host}/hostile/${name}:1`;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function layerOf(entries: readonly Buffer[], work: string): Promise<LayerBlob> {
  const tar = archive(...entries);
  const blob = await writeBlob(gzipSync(tar, { level: 1 }), work);
  return { ...blob, diffId: `sha256:${createHash('sha256').update(tar).digest('hex')}` };
}
