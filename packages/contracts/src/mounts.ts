import { z } from 'zod';
import { digest, singleLine } from './common.js';

/** An absolute path inside the container; missing directories are made. Not `/`, `/dev`, and nothing in `/proc` and `/sys`. */
const target = singleLine.startsWith('/');

export const tmpfsMount = z.strictObject({
  type: z.literal('tmpfs'),
  target,
  /** Absent: half of the host's memory. What is in it counts towards the container's memory limit in any case. */
  sizeBytes: z.int().min(4096).optional(),
  /** Permission bits of its root, octal. */
  mode: z
    .string()
    .regex(/^[01]?[0-7]{3}$/)
    .default('1777'),
  /** Whether programs in it can be run. */
  exec: z.boolean().default(false),
  readOnly: z.boolean().default(false),
});

/** A file or directory of the host. Needs the role admin, and a directory of `KEELSON_BIND_ROOTS` that holds it. Files keep the owners they have on disk. */
export const bindMount = z.strictObject({
  type: z.literal('bind'),
  /** Absolute path on the host; it must exist, and no link in it may lead out of its root. */
  source: singleLine.startsWith('/'),
  target,
  readOnly: z.boolean().default(false),
  /** With what is mounted in it; read-only then holds for that too. */
  recursive: z.boolean().default(true),
  /**
   * `rslave`: what the host mounts below the source later appears inside. `rshared`: and what is mounted inside appears on the host; the source
   * must lie on a mount that is shared there.
   */
  propagation: z.enum(['private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared']).default('rprivate'),
});

/** The files of another image, read-only. The image is in use for as long as the container exists. */
export const imageMount = z.strictObject({
  type: z.literal('image'),
  /** Any image reference or image id known here; what it means is settled at creation. */
  source: z.string().min(1).max(512),
  target,
  /** A directory or file of the image, without a leading slash; absent: all of it. */
  subpath: singleLine.min(1).regex(/^[^/]/, { error: 'write it without a leading slash' }).optional(),
});

export const containerMount = z.discriminatedUnion('type', [tmpfsMount, bindMount, imageMount]);

/** As answers have it. */
export const mountDetail = z.discriminatedUnion('type', [tmpfsMount, bindMount, imageMount.extend({ imageId: digest })]);
export type MountDetail = z.infer<typeof mountDetail>;
export type ContainerMount = z.infer<typeof containerMount>;
