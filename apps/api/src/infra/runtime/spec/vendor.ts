import type { ContainerConfig } from '../../../domain/containers/container.js';
import { DomainError } from '../../../domain/errors.js';
import type { VendorEdits } from '../../cdi/vendor-edits.js';
import type { OciDevice, OciMount } from './oci.js';
import type { ResolvedUser } from './user.js';

const LOADER_PATH = 'LD_LIBRARY_PATH';

/** What of a vendor's edits a further process needs, and a change of limits: kept in the spec of the run, where a restarted server finds it. */
export type VendorNote = Pick<VendorEdits, 'env' | 'groups' | 'rules' | 'libraryFolders'>;
export const VENDOR_NOTE = 'org.keelson.cdi';
export const NO_NOTE: VendorNote = { env: [], groups: [], rules: [], libraryFolders: [] };

export function noteOf({ env, groups, rules, libraryFolders }: VendorEdits): Record<string, string> {
  const note: VendorNote = { env, groups, rules, libraryFolders };
  return Object.values(note).some((part) => part.length > 0) ? { [VENDOR_NOTE]: JSON.stringify(note) } : {};
}

/** The vendor's variables win; its library folders are searched after those of image and user. */
export function withVendorEnv<T extends Pick<ContainerConfig, 'env'>>(config: T, { env, libraryFolders }: VendorNote): T {
  const merged = [...config.env, ...env];
  if (libraryFolders.length === 0) return { ...config, env: merged };
  const before = merged.findLast((entry) => entry.startsWith(`${LOADER_PATH}=`))?.slice(LOADER_PATH.length + 1) ?? '';
  const folders = new Set([...before.split(':').filter((folder) => folder !== ''), ...libraryFolders]);
  return { ...config, env: [...merged, `${LOADER_PATH}=${[...folders].join(':')}`] };
}

export function withVendorGroups(user: ResolvedUser, { groups }: VendorNote): ResolvedUser {
  return groups.length === 0 ? user : { ...user, additionalGids: [...new Set([...user.additionalGids, ...groups])] };
}

/** A vendor's node takes the place of another one at its path; it belongs to the container's process unless the spec says otherwise. */
export function withVendorNodes(nodes: readonly OciDevice[], { devices }: VendorEdits, { uid, gid }: ResolvedUser): OciDevice[] {
  const paths = new Set(devices.map(({ path }) => path));
  return [...nodes.filter(({ path }) => !paths.has(path)), ...devices.map((device) => ({ uid, gid, ...device }))];
}

/** Parents before what lies in them. Throws `invalid_input` where a user wants something else at the same place. */
export function withVendorMounts(own: readonly OciMount[], { mounts }: VendorEdits): OciMount[] {
  const taken = mounts.find(({ destination }) => own.some((mount) => mount.destination === destination));
  if (taken) {
    const message = `a device mounts ${taken.source} on ${taken.destination}, where another mount is asked for; give that another target`;
    throw new DomainError('invalid_input', message, { field: 'mounts' });
  }
  const depth = ({ destination }: OciMount) => destination.split('/').length;
  return [...own, ...mounts].toSorted((a, b) => depth(a) - depth(b));
}
