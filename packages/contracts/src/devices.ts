import { z } from 'zod';

/** `r` read, `w` write, `m` make nodes; each at most once. */
const access = z.string().regex(/^(?!.*(.).*\1)[rwm]{1,3}$/);

export const device = z.strictObject({
  /** A node of the host, such as /dev/fuse. */
  hostPath: z
    .string()
    .max(256)
    .regex(/^\/dev\/[^\s]+$/),
  /** Absent: as `hostPath`. */
  containerPath: z.string().max(256).startsWith('/').optional(),
  permissions: access.default('rwm'),
});

/** What the processes of the container may do with devices of these numbers, `c 10:200 rwm`: type (c, b or a for both), major and minor number or *, access. */
export const deviceRule = z.string().regex(/^[abc] (\d{1,4}|\*):(\d{1,7}|\*) (?!.*(.).*\3)[rwm]{1,3}$/);

export const devices = z.array(device).max(64);
export const deviceRules = z.array(deviceRule).max(128);

const deviceName = z
  .string()
  .max(256)
  .regex(/^[a-zA-Z0-9]([\w.:-]*[a-zA-Z0-9])?$/);

/** `vendor.com/class=name`. */
const qualifiedDevice = z
  .string()
  .max(512)
  .regex(/^[a-zA-Z]([\w.-]*[a-zA-Z0-9])?\/[a-zA-Z]([\w.-]*[a-zA-Z0-9])?=[a-zA-Z0-9]([\w.:-]*[a-zA-Z0-9])?$/, {
    error: 'write it as vendor.com/class=name',
  });

export const cdiDevices = z.array(qualifiedDevice).max(64);

/** `all`; a number, for so many of them from the first; or those of these names, such as `0` or a UUID. */
export const gpus = z.union([
  z.literal('all'),
  z.int().min(1).max(64),
  z.strictObject({
    devices: z
      .array(z.union([deviceName, qualifiedDevice]))
      .min(1)
      .max(64),
  }),
]);

/** Answer of `GET /devices/cdi`. */
export const cdiDeviceList = z.object({
  /** Where specs are looked for; a later directory wins. */
  directories: z.array(z.string()),
  devices: z.array(
    z.object({
      /** `vendor.com/class=name`. */
      name: z.string(),
      kind: z.string(),
      file: z.string(),
      /** Why no container can have it; null: they can. */
      problem: z.string().nullable(),
      /** Hooks of its spec that Keelson leaves out, since containers need nothing of them here. */
      skippedHooks: z.array(z.string()),
    }),
  ),
  /** Files that are no specs, each with the reason. */
  faults: z.array(z.object({ file: z.string(), problem: z.string() })),
});
export type CdiDevices = z.infer<typeof cdiDeviceList>;
