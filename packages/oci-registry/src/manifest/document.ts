import type { Descriptor } from '../content/descriptor.js';

export interface LayerDescriptor extends Descriptor {
  readonly compression: 'none' | 'gzip' | 'zstd';
}

/** One image for one platform (OCI image spec, manifest.md). */
export interface Manifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly config: Descriptor;
  /** Lowest first. */
  readonly layers: readonly LayerDescriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a machine must be to run an image. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

export interface IndexEntry extends Descriptor {
  /** Undefined for entries that are no image to run, such as attestations. */
  readonly platform?: Platform | undefined;
}

/** One name for the same image on several platforms (OCI image spec, image-index.md). */
export interface ImageIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly IndexEntry[];
}
