import { z } from 'zod';

/** A name of capabilities(7), with or without `CAP_`, or `ALL`. */
const capability = z.string().regex(/^[A-Za-z_]{2,40}$/);

const seccompArgument = z.strictObject({
  index: z.int().min(0).max(5),
  value: z.int().min(0),
  valueTwo: z.int().min(0).optional(),
  op: z.string().max(32),
});

/** `linux.seccomp` of an OCI runtime spec. The native calls of this machine are meant, whatever `architectures` says. */
export const seccompProfile = z.strictObject({
  defaultAction: z.string().max(32),
  defaultErrnoRet: z.int().min(0).max(4095).optional(),
  architectures: z.array(z.string().max(32)).max(16).optional(),
  syscalls: z
    .array(
      z.strictObject({
        names: z.array(z.string().max(64)).min(1).max(1000),
        action: z.string().max(32),
        errnoRet: z.int().min(0).max(4095).optional(),
        args: z.array(seccompArgument).max(6).optional(),
      }),
    )
    .max(500)
    .default([]),
});

/**
 * How a container is confined beyond its namespaces. Everything that takes a wall down is for those whom the policy allows it: administrators.
 * Whatever is asked for, it counts over the container's own user namespace only.
 */
export const security = z.strictObject({
  /** All capabilities, no system call filter, nothing masked or read-only below /proc and /sys. The host's devices stay the host's. */
  privileged: z.boolean().default(false),
  /** Beyond the eleven of every container; `ALL` for all. System calls that need one are allowed with it. */
  addCapabilities: z.array(capability).max(64).default([]),
  /** `ALL` leaves those that are added. */
  dropCapabilities: z.array(capability).max(64).default([]),
  /** False: programs with a set-user-ID bit gain what it says, as in Docker. */
  noNewPrivileges: z.boolean().default(true),
  /** `default`, `unconfined`, or a profile of one's own in place of the default one. */
  seccomp: z.union([z.enum(['default', 'unconfined']), seccompProfile]).default('default'),
});
export type Security = z.output<typeof security>;
