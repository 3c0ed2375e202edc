import { z } from 'zod';
import { singleLine } from './common.js';

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

export const containerMount = z.discriminatedUnion('type', [tmpfsMount]);
export type ContainerMount = z.infer<typeof containerMount>;
