import { z } from 'zod';

export const systemInfo = z.object({
  version: z.string(),
  hostname: z.string(),
  kernel: z.string(),
  operatingSystem: z.string(),
  architecture: z.string(),
  cgroupVersion: z.union([z.literal(1), z.literal(2)]),
  cpus: z.int(),
  memoryBytes: z.number(),
  /** False where the kernel keeps no swap accounting; a swap limit is then not enforced. */
  swapLimit: z.boolean(),
  /** Free and total bytes of the filesystem that holds the state root. */
  disk: z.object({ totalBytes: z.number(), freeBytes: z.number() }),
  /** What bounds the root filesystems of new containers. */
  rootfs: z.object({
    /** What keeps a size here; none: sizes are refused. */
    keptBy: z.enum(['project-quota', 'image-file', 'none']),
    /** Of a container that names none; null: no bound. */
    defaultBytes: z.number().nullable(),
    /** What the sizes of one tenant's containers may come to, and what the caller's come to. */
    tenantBytes: z.number().nullable(),
    promisedBytes: z.number(),
  }),
  root: z.string(),
  dockerSocket: z.string(),
  containers: z.object({ total: z.int(), running: z.int() }),
  images: z.int(),
  /** What a user should know about this host, one sentence each. */
  warnings: z.array(z.string()),
});
export type SystemInfo = z.infer<typeof systemInfo>;

export const health = z.object({ status: z.literal('ok'), version: z.string() });
