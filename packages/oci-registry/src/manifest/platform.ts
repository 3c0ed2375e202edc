import { PlatformMissingError } from '../errors.js';
import type { ImageIndex, IndexEntry, Platform } from './document.js';

/** `linux/arm64/v8`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/**
 * Picks the entry for a platform: equal variant first, then one without a variant, then, when the caller named none, any.
 * arm64 and arm64/v8 are the same machine (OCI image spec, image-index.md, "Platform Variants").
 *
 * @throws PlatformMissingError with the platforms that are there
 */
export function selectPlatform(index: ImageIndex, wanted: Platform, name: string): IndexEntry {
  const fitting = index.manifests.filter(({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture);
  const found =
    fitting.find(({ platform }) => variantOf(platform) === variantOf(wanted)) ??
    fitting.find(({ platform }) => variantOf(platform) === undefined) ??
    (wanted.variant === undefined ? fitting[0] : undefined);
  if (found !== undefined) return found;

  const available = [
    ...new Set(index.manifests.flatMap(({ platform }) => (platform && platform.os !== 'unknown' ? [formatPlatform(platform)] : []))),
  ];
  const list = available.length > 0 ? `it has ${available.join(', ')}` : 'it names no platform at all';
  throw new PlatformMissingError(`${name} has no image for ${formatPlatform(wanted)}: ${list}`, available);
}

function variantOf(platform: Platform | undefined): string | undefined {
  const implied = platform?.architecture === 'arm64' ? 'v8' : undefined;
  return platform?.variant ?? implied;
}
