import { randomBytes } from 'node:crypto';
import type { DockerRegistry } from '../../../../tests/support/registry.js';
import { type Digest, digestOf } from '../../src/content/digest.js';
import { MEDIA_TYPE } from '../../src/manifest/media-types.js';

export interface SeededImage {
  readonly manifest: Buffer;
  readonly manifestDigest: Digest;
  readonly configDigest: Digest;
  readonly layers: readonly { readonly digest: Digest; readonly bytes: Buffer }[];
}

interface SeedOptions {
  readonly tag?: string;
  readonly architecture?: string;
  readonly layerSizes?: readonly number[];
  readonly auth?: string;
}

/** Pushes an image of random bytes: no tar inside, the client under test never looks. */
export async function seedImage({ host }: DockerRegistry, repository: string, options: SeedOptions = {}): Promise<SeededImage> {
  const { tag, architecture = 'amd64', layerSizes = [1_000_000, 20_000], auth } = options;
  const push = pusher(host, repository, auth);
  const layers = layerSizes.map((size) => randomBytes(size)).map((bytes) => ({ digest: digestOf(bytes), bytes }));
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture,
      config: { Env: ['PATH=/bin', 'BROKEN'], Cmd: ['sh'], Labels: { a: 'b' }, ExposedPorts: { '80/tcp': {} } },
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
      'io.example.unknown': { danger: true },
    }),
  );
  for (const blob of [config, ...layers.map(({ bytes }) => bytes)]) await push.blob(blob);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociManifest,
      config: { mediaType: MEDIA_TYPE.ociConfig, digest: digestOf(config), size: config.length },
      layers: layers.map(({ digest, bytes }) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: bytes.length })),
    }),
  );
  const manifestDigest = digestOf(manifest);
  await push.manifest(tag ?? manifestDigest, manifest, MEDIA_TYPE.ociManifest);
  return { manifest, manifestDigest, configDigest: digestOf(config), layers };
}

/** Pushes an index over images that are there already. */
export async function seedIndex(
  { host }: DockerRegistry,
  repository: string,
  tag: string,
  images: readonly { image: SeededImage; architecture: string; variant?: string }[],
): Promise<Digest> {
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociIndex,
      manifests: images.map(({ image, architecture, variant }) => ({
        mediaType: MEDIA_TYPE.ociManifest,
        digest: image.manifestDigest,
        size: image.manifest.length,
        platform: { os: 'linux', architecture, variant },
      })),
    }),
  );
  await pusher(host, repository, undefined).manifest(tag, index, MEDIA_TYPE.ociIndex);
  return digestOf(index);
}

function pusher(host: string, repository: string, auth: string | undefined) {
  const base = `http://${host}/v2/${repository}`;
  const headers: Record<string, string> = auth === undefined ? {} : { authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
  return {
    async blob(bytes: Buffer): Promise<void> {
      const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST', headers });
      const place = new URL(started.headers.get('location') ?? '', base);
      place.searchParams.set('digest', digestOf(bytes));
      await expect201(
        await fetch(place, {
          method: 'PUT',
          headers: { ...headers, 'content-type': 'application/octet-stream' },
          body: new Uint8Array(bytes),
        }),
      );
    },
    async manifest(name: string, bytes: Buffer, mediaType: string): Promise<void> {
      const answer = await fetch(`${base}/manifests/${name}`, {
        method: 'PUT',
        headers: { ...headers, 'content-type': mediaType },
        body: new Uint8Array(bytes),
      });
      await expect201(answer);
    },
  };
}

async function expect201(answer: Response): Promise<void> {
  if (answer.status !== 201) throw new Error(`push failed: ${answer.status} ${await answer.text()}`);
}
