import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from '../paths.js';
import { type DockerRegistry, startDockerRegistry } from '../registry.js';
import { type BuiltImage, buildImages } from './build-images.js';
import { pushImage } from './push-image.js';
import { type ImageName, RECIPES } from './recipes.js';

export interface ImageRegistry extends DockerRegistry {
  /** `127.0.0.1:port/test/nginx:1`, ready to pull. */
  reference(name: ImageName): string;
}

const KEEP = join(CACHE, 'test-images');

/** A registry that holds the test images. They are built by the first caller and kept in the checkout's cache. */
export async function startImageRegistry(): Promise<ImageRegistry> {
  const { directory } = await testImages();
  const registry = await startDockerRegistry({ storage: join(directory, 'registry') });
  return { ...registry, reference: (name) => `${registry.host}/test/${name}:1` };
}

/** A test image as files: its layers are ordinary tar.gz archives. */
export async function testImage(name: ImageName): Promise<BuiltImage> {
  const { images } = await testImages();
  const image = images.find((candidate) => candidate.name === name);
  if (image === undefined) throw new Error(`no test image ${name}`);
  return image;
}

/** Pushes one test image to any registry. */
export async function pushTestImage(name: ImageName, target: Parameters<typeof pushImage>[1]): Promise<BuiltImage> {
  const image = await testImage(name);
  await pushImage(image, target);
  return image;
}

async function testImages(): Promise<{ directory: string; images: BuiltImage[] }> {
  const directory = join(KEEP, await recipeKey());
  if (!existsSync(directory)) await make(directory);
  return { directory, images: JSON.parse(await readFile(join(directory, 'images.json'), 'utf8')) };
}

/** Another recipe, or another way of making images, is another cache entry. */
async function recipeKey(): Promise<string> {
  const hash = createHash('sha256').update(process.arch);
  for (const file of ['recipes.ts', 'layer-tree.ts', 'build-images.ts', 'blobs.ts', 'debian-packages.ts'])
    hash.update(await readFile(join(import.meta.dirname, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Made beside and renamed when complete, so that a cut-short or concurrent build never shows. */
async function make(directory: string): Promise<void> {
  await mkdir(KEEP, { recursive: true });
  const work = await mkdtemp(join(KEEP, 'making-'));
  try {
    const images = await buildImages(RECIPES, work);
    await fillRegistry(join(work, 'registry'), images);
    for (const name of ['lower', 'upper']) await rm(join(work, name), { recursive: true, force: true });
    await writeFile(join(work, 'images.json'), JSON.stringify(images).replaceAll(work, directory));
    await rename(work, directory).catch((error: NodeJS.ErrnoException) => {
      // Somebody else was first; what they made is equal.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    await forgetOthers(directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Images of recipes that are no more. */
async function forgetOthers(directory: string): Promise<void> {
  const old = (await readdir(KEEP)).filter((name) => !name.startsWith('making-') && join(KEEP, name) !== directory);
  for (const name of old) await rm(join(KEEP, name), { recursive: true, force: true });
}

async function fillRegistry(storage: string, images: readonly BuiltImage[]): Promise<void> {
  const registry = await startDockerRegistry({ storage });
  try {
    for (const image of images) await pushImage(image, { host: registry.host, repository: `test/${image.name}`, tag: '1' });
  } finally {
    await registry.close();
  }
}
