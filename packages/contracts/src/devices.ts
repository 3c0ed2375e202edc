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
