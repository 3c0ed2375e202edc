import type { ContainerConfig, RestartPolicy } from './container.js';
import type { Device } from './devices.js';
import type { Resources } from './resources.js';
import type { Sysctls } from './sysctls.js';

/** A limit that is absent stays, null takes it away. */
type ResourcesChange = { readonly [K in keyof Resources]?: Resources[K] | null };

/** What may change after creation; an absent field stays as it is. */
export interface ConfigChange {
  readonly resources?: ResourcesChange;
  readonly restartPolicy?: RestartPolicy;
  readonly sysctls?: Sysctls;
  readonly devices?: readonly Device[];
  readonly deviceRules?: readonly string[];
}

export function changedConfig(config: ContainerConfig, { resources = {}, ...rest }: ConfigChange): ContainerConfig {
  const merged = Object.entries({ ...config.resources, ...resources }).filter(([, value]) => value !== null);
  return { ...config, ...rest, resources: Object.fromEntries(merged) as Resources };
}

/** Limits that every container has: taken away, they fall back to the default and need no restart. */
const DEFAULT_ULIMITS = new Set(['core', 'nofile']);

/** The fields of which a process that runs cannot be given the new value; the kernel has no way, or it would be half done. */
export function fieldsForRestart(before: ContainerConfig, after: ContainerConfig): string[] {
  const fields: string[] = [];
  // Written before the workload runs, from inside; later the container's own /proc/sys is read-only.
  if (!same(before.sysctls, after.sysctls)) fields.push('sysctls');
  // Nodes are mounts made from outside.
  if (!same(before.devices, after.devices)) fields.push('devices');
  // The kernel may refuse to grow a filesystem that is in use, and e2fsck looks at it first.
  const resized = before.resources.rootfsSizeBytes !== after.resources.rootfsSizeBytes;
  if (before.rootfsBackend === 'image-file' && resized) fields.push('resources.rootfsSizeBytes');
  // What the processes had without the limit is not known any more.
  if (lostUlimits(before, after).length > 0) fields.push('resources.ulimits');
  return fields;
}

function lostUlimits(
  { resources: { ulimits: before = [] } }: ContainerConfig,
  { resources: { ulimits: after = [] } }: ContainerConfig,
): string[] {
  const kept = new Set(after.map(({ name }) => name));
  return before.map(({ name }) => name).filter((name) => !kept.has(name) && !DEFAULT_ULIMITS.has(name));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
