import type { Digest } from '../content/digest.js';

/** A full image name. At least one of tag and digest is there; when both are, the digest decides. */
export interface Reference {
  /** Registry as written by users, `docker.io` or `registry.example:5000`, lower case. */
  readonly domain: string;
  /** Path below the registry, `library/nginx`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

export const DEFAULT_DOMAIN = 'docker.io';
export const OFFICIAL_NAMESPACE = 'library/';
export const DEFAULT_TAG = 'latest';
