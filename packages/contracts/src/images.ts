import { z } from 'zod';
import { digest, timestamp } from './common.js';
import { healthcheck } from './health.js';

export const imageSummary = z.object({
  /** Digest of the image's config: its identity. */
  id: digest,
  /** Familiar names, `nginx:1.25`, `registry:5000/team/app:2`. Empty for an image that lost its last name. */
  references: z.array(z.string()),
  /** Manifest digests by which registries know it, `name@sha256:…`. */
  repoDigests: z.array(z.string()),
  /** Bytes of all unpacked layers. */
  sizeBytes: z.int(),
  architecture: z.string(),
  os: z.string(),
  createdAt: timestamp.nullable(),
  pulledAt: timestamp,
  /** Containers of this tenant that use it. */
  containers: z.int(),
});
export type ImageSummary = z.infer<typeof imageSummary>;
export const imageList = z.array(imageSummary);

export const imageConfig = z.object({
  user: z.string(),
  env: z.array(z.string()),
  entrypoint: z.array(z.string()),
  cmd: z.array(z.string()),
  workingDir: z.string(),
  exposedPorts: z.array(z.string()),
  volumes: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  stopSignal: z.string().nullable(),
  /** Its containers have it where they ask for none of their own. */
  healthcheck: healthcheck.omit({ onUnhealthy: true }).nullable(),
});
export type ImageConfig = z.infer<typeof imageConfig>;

export const imageLayer = z.object({
  /** Digest of the uncompressed tar. */
  diffId: digest,
  /** Digest and bytes of the blob as transferred; null for an imported root filesystem. */
  blobDigest: digest.nullable(),
  compressedBytes: z.int().nullable(),
  sizeBytes: z.int(),
  /** The build step that made it, when the image's history tells. */
  createdBy: z.string().nullable(),
});

export const imageDetail = imageSummary.extend({ config: imageConfig, layers: z.array(imageLayer) });
export type ImageDetail = z.infer<typeof imageDetail>;

export const pullImageInput = z.strictObject({
  reference: z.string().min(1).max(512),
  /** `linux/amd64`; absent: the host's. */
  platform: z.string().max(64).optional(),
  credentials: z.strictObject({ username: z.string().max(256), password: z.string().max(16_384) }).optional(),
});
export type PullImageInput = z.infer<typeof pullImageInput>;

/** NDJSON lines of `POST /images/pull`. The last line is `done` or `error`. */
export const pullProgress = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('resolved'),
    reference: z.string(),
    digest,
    layers: z.array(z.object({ digest, sizeBytes: z.int() })),
  }),
  z.object({
    type: z.literal('layer'),
    digest,
    status: z.enum(['waiting', 'downloading', 'unpacking', 'done', 'exists']),
    /** Bytes of this status' work done, and in all. */
    currentBytes: z.int(),
    totalBytes: z.int(),
  }),
  z.object({ type: z.literal('done'), image: imageSummary }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()).optional() }),
]);
export type PullProgress = z.infer<typeof pullProgress>;

/** Query of `POST /images/import`, whose body is a tar of a root filesystem (plain, gzip or zstd). */
export const importImageQuery = z.object({
  reference: z.string().min(1).max(512),
  /** JSON array, the default command of the new image. */
  cmd: z.string().max(65_536).optional(),
});

export const removeImageQuery = z.object({ force: z.stringbool().default(false) });

export const removeImageResult = z.object({
  untagged: z.array(z.string()),
  deleted: z.array(digest),
});
export type RemoveImageResult = z.infer<typeof removeImageResult>;
