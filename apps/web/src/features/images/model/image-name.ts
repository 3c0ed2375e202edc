import type { ImageSummary } from '@keelson/contracts';

/** First 12 digits of a digest, as Docker shows them. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

/** What to call an image by, also in a request: its first name, else its id. */
export function imageHandle({ references, id }: Pick<ImageSummary, 'references' | 'id'>): string {
  return references[0] ?? id;
}

export function detailPath(handle: string): string {
  return `/images/detail?ref=${encodeURIComponent(handle)}`;
}

export function runPath(handle: string): string {
  return `/containers/new?image=${encodeURIComponent(handle)}`;
}
