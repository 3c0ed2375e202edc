import { z } from 'zod';

/** What takes a wall between a container and the host down (docs/security.md). */
export const privilege = z.enum([
  'privileged',
  'capabilities',
  'seccomp',
  'devices',
  'cdi-devices',
  'bind-mounts',
  'host-network',
  'host-pid',
  'host-ipc',
  'host-uts',
  'host-cgroup',
]);

export const tenant = z.object({
  id: z.string(),
  name: z.string(),
  /** What nobody of it may have, administrators included. */
  deniedPrivileges: z.array(privilege),
});
export type Tenant = z.infer<typeof tenant>;

/** `PATCH /tenants/:id`: replaces the list. */
export const updateTenantInput = z.strictObject({ deniedPrivileges: z.array(privilege).max(privilege.options.length) });
