import { readBlob } from './blob/read-blob.js';
import type { Digest } from './content/digest.js';
import { ContentInvalidError, PlatformMissingError } from './errors.js';
import type { LayerDescriptor, Manifest, Platform } from './manifest/document.js';
import { fetchManifest } from './manifest/fetch-manifest.js';
import { type ImageConfig, parseImageConfig } from './manifest/parse-config.js';
import { formatPlatform, selectPlatform } from './manifest/platform.js';
import { familiarName, formatFamiliar } from './reference/format-reference.js';
import { DEFAULT_TAG, type Reference } from './reference/reference.js';
import type { RegistryTransport } from './transport/transport.js';

const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

export interface ResolvedImage {
  readonly reference: Reference;
  /** Digest that the reference stands for: of the index where there is one. `name@sha256:…` finds the same again. */
  readonly digest: Digest;
  /** The index's bytes, when the reference led to one. */
  readonly index: Buffer | undefined;
  /** Digest of the platform's manifest. */
  readonly manifestDigest: Digest;
  readonly manifest: Manifest & { readonly bytes: Buffer };
  /** The config's digest is the image's identity. */
  readonly config: { readonly digest: Digest; readonly bytes: Buffer; readonly parsed: ImageConfig };
  /** Lowest first, with the digest of each unpacked tar. */
  readonly layers: readonly (LayerDescriptor & { readonly diffId: Digest })[];
}

/** Finds out what a reference is on one endpoint: index, platform, manifest, config. Layers are not touched. */
export async function resolveImage(
  transport: RegistryTransport,
  reference: Reference,
  platform: Platform,
  signal: AbortSignal | undefined,
): Promise<ResolvedImage> {
  const { repository } = reference;
  const name = familiarName(reference);
  const target = reference.digest ?? reference.tag ?? DEFAULT_TAG;
  const top = await fetchManifest(transport, { repository, name, target, signal });

  const found =
    top.document.kind === 'manifest'
      ? top
      : await fetchManifest(transport, {
          repository,
          name,
          target: selectPlatform(top.document, platform, formatFamiliar(reference)),
          signal,
        });
  // The spec allows an index within an index; nobody runs one, and each level would be another round for a stranger to fill.
  if (found.document.kind === 'index')
    throw new ContentInvalidError(`${formatFamiliar(reference)} is a list of images within a list of images`);

  const manifest = { ...found.document, bytes: found.bytes };
  const bytes = await readBlob(transport, { repository, name, descriptor: manifest.config, limit: MAX_CONFIG_BYTES, signal });
  const parsed = parseImageConfig(bytes, manifest.layers.length, name);
  checkPlatform(parsed, platform, formatFamiliar(reference));
  return {
    reference,
    digest: top.digest,
    index: top.document.kind === 'index' ? top.bytes : undefined,
    manifestDigest: found.digest,
    manifest,
    config: { digest: manifest.config.digest, bytes, parsed },
    layers: manifest.layers.flatMap((layer, position) => {
      const diffId = parsed.diffIds[position];
      return diffId === undefined ? [] : [{ ...layer, diffId }];
    }),
  };
}

/** An image that is no index has one platform, and only its config says which. */
function checkPlatform(config: ImageConfig, wanted: Platform, name: string): void {
  if (config.os === wanted.os && config.architecture === wanted.architecture) return;
  const is = formatPlatform(config);
  throw new PlatformMissingError(`${name} has no image for ${formatPlatform(wanted)}: it has ${is}`, [is]);
}
