/** A command that tells whether a container does its work. Times are seconds. */
export interface ImageHealthcheck {
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  /** A probe that takes longer is killed and counts as failed. */
  readonly timeoutSeconds: number;
  /** Failures in a row that make it unhealthy. */
  readonly retries: number;
  /** Failures this soon after the start do not count, until the first success. */
  readonly startPeriodSeconds: number;
  /** The interval within the start period. */
  readonly startIntervalSeconds: number;
}

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
  readonly healthcheck: ImageHealthcheck | null;
}

/** An image that says nothing. */
export const SILENT_IMAGE: ImageConfig = {
  user: '',
  env: [],
  entrypoint: [],
  cmd: [],
  workingDir: '',
  exposedPorts: [],
  volumes: [],
  labels: {},
  stopSignal: null,
  healthcheck: null,
};

interface ImageLayer {
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

/** A reference as it was understood. */
export interface ImageName {
  /** `docker.io/library/nginx:1.25`, or `…@sha256:…` where no tag was given. */
  readonly canonical: string;
  /** As people write it: `nginx:1.25`. */
  readonly familiar: string;
  /** `docker.io/library/nginx`. */
  readonly repository: string;
  /** Null where only a digest was given. */
  readonly tag: string | null;
  readonly digest: string | null;
}

/** What of an image is the same for every tenant. */
export type ImageContents = Pick<Image, 'id' | 'architecture' | 'os' | 'createdAt' | 'config' | 'layers'>;

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

export type LayerStatus = 'waiting' | 'downloading' | 'unpacking' | 'done' | 'exists';

export interface LayerProgress {
  /** Of the blob. */
  readonly digest: string;
  readonly status: LayerStatus;
  /** Bytes of the blob that this status' work has done, and in all. */
  readonly currentBytes: number;
  readonly totalBytes: number;
}
