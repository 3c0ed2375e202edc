import { posix } from 'node:path';
import type { CdiDevice, CdiEdits, CdiLink, CdiMount, CdiNode } from '../../domain/cdi/cdi.js';
import { checkDevicePath } from '../../domain/containers/devices.js';
import type { HostDevice } from '../../domain/containers/limits/host-capacity.js';
import { checkedTarget } from '../../domain/containers/mounts.js';
import { DomainError } from '../../domain/errors.js';
import { isErrno } from '../../errno.js';
import { readDevices } from '../runtime/host-devices.js';
import type { OciDevice, OciDeviceRule, OciMount } from '../runtime/spec/oci.js';
import { readSoname } from './soname.js';

/** What vendors' devices add to one run of a container: settled at its start, since nodes get their numbers at each boot. */
export interface VendorEdits {
  readonly env: readonly string[];
  readonly groups: readonly number[];
  /** Without owner: that of the container's process. */
  readonly devices: readonly VendorDevice[];
  readonly rules: readonly OciDeviceRule[];
  readonly mounts: readonly OciMount[];
  readonly links: readonly CdiLink[];
  readonly libraryFolders: readonly string[];
}

type VendorDevice = Omit<OciDevice, 'uid' | 'gid'> & { readonly uid?: number; readonly gid?: number };

export const NO_VENDOR_EDITS: VendorEdits = { env: [], groups: [], devices: [], rules: [], mounts: [], links: [], libraryFolders: [] };

const LIBRARY = /\.so(\.|$)/;
const ANYBODY = 0o666;

/** Throws `invalid_input` where a node or file of the host that a device needs is not there. */
export async function vendorEdits(devices: readonly CdiDevice[]): Promise<VendorEdits> {
  const edits = inOrder(devices);
  const nodes = lastOfEach(
    edits.flatMap((one) => one.nodes),
    ({ path }) => path,
  );
  const mounts = lastOfEach(
    edits.flatMap((one) => one.mounts),
    ({ containerPath }) => posix.normalize(containerPath),
  );
  const folders = [...new Set(edits.flatMap(({ libraryFolders }) => libraryFolders))];
  const found = await readDevices(nodes.map(({ hostPath }) => hostPath));
  const numbered = nodes.map((node) => deviceOf(node, found.get(node.hostPath)));
  return {
    env: edits.flatMap(({ env }) => env),
    groups: [...new Set(edits.flatMap(({ groups }) => groups))],
    devices: numbered,
    rules: numbered.map(({ type, major, minor }, at) => ({ allow: true, type, major, minor, access: nodes[at]?.permissions ?? 'rwm' })),
    mounts: mounts.map(ociMount),
    // What the spec says itself comes later and stays.
    links: lastOfEach([...(await libraryLinks(mounts, folders)), ...edits.flatMap(({ links }) => links)], ({ path }) => path),
    libraryFolders: folders,
  };
}

/** The edits of a spec before those of its first device, and once only. */
function inOrder(devices: readonly CdiDevice[]): CdiEdits[] {
  const seen = new Set<string>();
  return devices.flatMap(({ file, specEdits, edits }) => {
    const first = !seen.has(file);
    seen.add(file);
    return first ? [specEdits, edits] : [edits];
  });
}

function deviceOf(node: CdiNode, found: HostDevice | undefined): VendorDevice {
  const { path, hostPath, type, fileMode = ANYBODY, uid, gid } = node;
  checkDevicePath(path, 'cdiDevices');
  const owner = { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
  if (type && node.major !== undefined && node.minor !== undefined)
    return { path, type, major: node.major, minor: node.minor, fileMode, ...owner };
  if (!found) throw missing(`${hostPath} is not a device of this host, though a CDI spec names it`);
  const real = found.type === 'block' ? 'b' : 'c';
  if (type && type !== real) throw missing(`${hostPath} is a device of the type ${real}, and its CDI spec says ${type}`);
  return { path, type: real, major: found.major, minor: found.minor, fileMode, ...owner };
}

function ociMount({ type, hostPath, containerPath, options }: CdiMount): OciMount {
  const destination = checkedTarget(containerPath, 'cdiDevices');
  if (type === 'tmpfs') return { destination, type, source: 'tmpfs', options };
  const isBind = options.some((option) => option === 'bind' || option === 'rbind');
  return { destination, type, source: hostPath, options: isBind ? options : ['bind', ...options] };
}

/** The links that ldconfig(8) would make: by the name that programs ask for, to the file that was mounted. */
async function libraryLinks(mounts: readonly CdiMount[], folders: readonly string[]): Promise<CdiLink[]> {
  const wanted = new Set(folders.map((folder) => posix.normalize(folder).replace(/(?<=.)\/$/, '')));
  const libraries = mounts.filter(
    ({ type, containerPath }) =>
      type === 'bind' && LIBRARY.test(containerPath) && wanted.has(posix.dirname(posix.normalize(containerPath))),
  );
  const links = await Promise.all(libraries.map(libraryLink));
  return links.flatMap((link) => link ?? []);
}

async function libraryLink({ hostPath, containerPath }: CdiMount): Promise<CdiLink | null> {
  const name = await readSoname(hostPath).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) throw missing(`${hostPath} is not there, though a CDI spec mounts it`);
    throw error;
  });
  const target = posix.basename(containerPath);
  return name === null || name === target ? null : { path: posix.join(posix.dirname(containerPath), name), target };
}

/** A later edit takes the place of an earlier one, as in the reference implementation. */
function lastOfEach<T>(all: readonly T[], key: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [key(one), one])).values()];
}

function missing(message: string): DomainError {
  return new DomainError('invalid_input', message, { field: 'cdiDevices' });
}
