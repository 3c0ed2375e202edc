/** What an image says about how to run it; lists are empty and strings `''` where it says nothing. */
export interface ImageConfig {
  readonly user: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal: string | null;
}

export interface ImageLayer {
  /** Digest of the uncompressed tar: the layer's identity in the store. */
  readonly diffId: string;
  readonly blobDigest: string | null;
  readonly compressedBytes: number | null;
  /** Bytes of the unpacked files. */
  readonly sizeBytes: number;
  readonly createdBy: string | null;
}

/** An image of one tenant. Blobs and unpacked layers are shared between tenants by content, images are not. */
export interface Image {
  /** Digest of its config document, `sha256:…`. */
  readonly id: string;
  readonly tenantId: string;
  /** Canonical references (`docker.io/library/nginx:1.25`) that name it now. */
  readonly references: readonly string[];
  /** `name@sha256:…` of the manifests it was pulled by. */
  readonly repoDigests: readonly string[];
  readonly architecture: string;
  readonly os: string;
  readonly createdAt: Date | null;
  readonly pulledAt: Date;
  readonly config: ImageConfig;
  /** Lowest first. */
  readonly layers: readonly ImageLayer[];
}
