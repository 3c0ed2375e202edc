import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Blob, type LayerBlob, packLayer, writeBlob } from './blobs.js';
import { downloadPackages } from './debian-packages.js';
import { makeTree } from './layer-tree.js';
import type { LayerRecipe, Recipe } from './recipes.js';

export interface BuiltImage {
  readonly name: string;
  readonly config: Blob;
  readonly layers: readonly LayerBlob[];
  readonly manifest: Blob;
  readonly manifestType: string;
}

const TYPES = {
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
};
const CREATED = '2026-11-01T12:00:00Z';

/** Builds images below `work`; a layer that several recipes share is made once. */
export async function buildImages(recipes: readonly Recipe[], work: string): Promise<BuiltImage[]> {
  await mkdir(join(work, 'blobs'), { recursive: true });
  const layers = new Map<LayerRecipe, LayerBlob>();
  const images: BuiltImage[] = [];
  for (const recipe of recipes) {
    for (const [depth, layer] of recipe.layers.entries()) {
      if (!layers.has(layer)) layers.set(layer, await buildLayer(recipe.layers.slice(0, depth + 1), work));
    }
    images.push(
      await assemble(
        recipe,
        recipe.layers.map((layer) => layers.get(layer) as LayerBlob),
        join(work, 'blobs'),
      ),
    );
  }
  return images;
}

/** The last of the given recipes; the ones below it say which packages are there already. */
async function buildLayer(stack: readonly LayerRecipe[], work: string): Promise<LayerBlob> {
  const recipe = stack.at(-1) as LayerRecipe;
  const below = stack.slice(0, -1).flatMap(({ packages = [] }) => packages);
  const root = join(work, 'tree');
  await mkdir(root);
  await makeTree(root, recipe, await newPackages(recipe.packages ?? [], below, work), stack.length === 1);
  const blob = await packLayer(root, join(work, 'blobs'));
  await rm(root, { recursive: true });
  return blob;
}

async function newPackages(names: readonly string[], below: readonly string[], work: string): Promise<string[]> {
  if (names.length === 0) return [];
  const [lower, upper] = [join(work, 'lower'), join(work, 'upper')];
  const there = below.length === 0 ? new Map<string, string>() : await downloadPackages(below, lower);
  const wanted = await downloadPackages([...below, ...names], upper);
  return [...wanted].filter(([name]) => !there.has(name)).map(([, file]) => file);
}

async function assemble(recipe: Recipe, layers: readonly LayerBlob[], blobs: string): Promise<BuiltImage> {
  const types = TYPES[recipe.format];
  const config = await writeBlob(json(configOf(recipe, layers)), blobs);
  const manifest = await writeBlob(
    json({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: { mediaType: types.config, digest: config.digest, size: config.size },
      layers: layers.map(({ digest, size }) => ({ mediaType: types.layer, digest, size })),
    }),
    blobs,
  );
  return { name: recipe.name, config, layers, manifest, manifestType: types.manifest };
}

function configOf(recipe: Recipe, layers: readonly LayerBlob[]) {
  return {
    created: CREATED,
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: recipe.config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: recipe.layers.map(({ createdBy }) => ({ created: CREATED, created_by: createdBy })),
  };
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
