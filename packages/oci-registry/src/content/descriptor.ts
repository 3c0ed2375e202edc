import type { Digest } from './digest.js';

/** What a manifest says about a piece of content (OCI image spec, descriptor.md). `urls` and `data` are dropped on reading. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}
