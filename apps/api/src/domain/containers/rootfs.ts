import { DomainError } from '../errors.js';
import type { Container, ContainerConfig } from './container.js';
import { limitInvalid, size } from './limits/refuse-limit.js';
import type { Resources } from './resources.js';

/**
 * Where a container's own files lie: in a directory whose project the filesystem counts, in an image file of a fixed size, or in a plain
 * directory without any bound. Decided at creation.
 */
export type RootfsBackend = 'directory' | 'project-quota' | 'image-file';

/** What bounds the files of new containers on this host, and how far. */
export interface RootfsRules {
  /** What a size is kept by; none: it cannot be kept here. */
  readonly keptBy: 'project-quota' | 'image-file' | 'none';
  /** Of a container that names no size; null: no bound. */
  readonly defaultBytes: number | null;
  /** What the sizes of one tenant's containers may come to; null: no bound. */
  readonly tenantBytes: number | null;
}

/** Below that, an image's own tables would be most of it. */
const MIN_BYTES = 16 * 1024 ** 2;
/** What ext4 with blocks of 4 KiB holds without its 64bit feature, and what a sparse file of it may be. */
const MAX_BYTES = 8 * 1024 ** 4;
const BLOCK = 4096;

export function checkRootfsSize({ rootfsSizeBytes: wanted }: Resources): void {
  if (wanted === undefined) return;
  const refuse = (what: string) => limitInvalid('rootfsSizeBytes', `size ${size(wanted)} of the root filesystem ${what}`);
  if (wanted < MIN_BYTES) throw refuse('is below the 16 MiB minimum; raise rootfsSizeBytes');
  if (wanted > MAX_BYTES) throw refuse('is more than the 8192 GiB that can be kept; lower rootfsSizeBytes');
  if (wanted % BLOCK === 0) return;
  const next = Math.ceil(wanted / BLOCK) * BLOCK;
  throw limitInvalid('rootfsSizeBytes', `size ${wanted} of the root filesystem is no multiple of ${BLOCK}; use ${next}`);
}

/** The resources of a new container, with the size that everybody gets. Throws `limit_invalid` or `not_supported`. */
export function withRootfsSize(wanted: Resources, { defaultBytes, tenantBytes, keptBy }: RootfsRules): Resources {
  const rootfsSizeBytes = wanted.rootfsSizeBytes ?? defaultBytes ?? undefined;
  if (rootfsSizeBytes === undefined && tenantBytes !== null) {
    throw limitInvalid(
      'rootfsSizeBytes',
      'tenants of this server have a limit of disk space (KEELSON_TENANT_ROOTFS_BYTES), so every container needs a size; set rootfsSizeBytes',
    );
  }
  if (rootfsSizeBytes === undefined) return wanted;
  if (keptBy === 'none') {
    throw new DomainError(
      'not_supported',
      'the size of a root filesystem cannot be kept here: mount the filesystem of KEELSON_ROOT with prjquota, or install e2fsprogs and load the driver of loop devices (modprobe loop)',
      { field: 'resources.rootfsSizeBytes' },
    );
  }
  return { ...wanted, rootfsSizeBytes };
}

/** A container without a size is counted as well where that costs nothing, so that it can get one while it runs. */
export function rootfsBackend({ rootfsSizeBytes }: Resources, { keptBy }: RootfsRules): RootfsBackend {
  if (keptBy === 'project-quota') return 'project-quota';
  return rootfsSizeBytes === undefined ? 'directory' : 'image-file';
}

/** Throws `limit_invalid` for a change that the place of the files does not allow; `usedBytes`: null where nobody counts. */
export function checkRootfsChange({ name, config }: Container, after: ContainerConfig, usedBytes: number | null, rules: RootfsRules): void {
  const [old, wanted] = [config.resources.rootfsSizeBytes, after.resources.rootfsSizeBytes];
  if (old === wanted) return;
  const refuse = (why: string) => limitInvalid('rootfsSizeBytes', `container ${name}: ${why}`);
  if (config.rootfsBackend === 'directory')
    throw refuse('its files lie in a plain directory, which nothing bounds; make it anew with a size');
  if (wanted === undefined && rules.tenantBytes !== null) throw refuse('every container of this server needs a size; give a number');
  if (config.rootfsBackend === 'image-file' && (wanted ?? 0) < (old ?? 0))
    throw refuse('its files lie in an image file, which can only grow; give a larger size');
  if (wanted === undefined || usedBytes === null || usedBytes <= wanted) return;
  throw refuse(`its files take ${size(usedBytes)} already, more than ${size(wanted)}; remove some first or give a larger size`);
}
