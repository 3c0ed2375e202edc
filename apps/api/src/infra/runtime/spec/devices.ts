import type { OciDevice, OciDeviceRule } from './oci.js';

/** OCI runtime spec, config-linux.md "Default Devices"; the native side binds the host's own nodes. */
const NODES: readonly (readonly [name: string, major: number, minor: number])[] = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
];

export const DEVICES: readonly OciDevice[] = NODES.map(([name, major, minor]) => ({
  path: `/dev/${name}`,
  type: 'c',
  major,
  minor,
  fileMode: 0o666,
  uid: 0,
  gid: 0,
}));

const character = (major: number, minor: number): OciDeviceRule => ({ allow: true, type: 'c', major, minor, access: 'rw' });

/** Everything is denied but the nodes above and the terminals of the container's own devpts; nobody may make nodes. */
export const DEVICE_RULES: readonly OciDeviceRule[] = [
  { allow: false, access: 'rwm' },
  ...NODES.map(([, major, minor]) => character(major, minor)),
  // /dev/console and /dev/ptmx, then every /dev/pts/N.
  character(5, 1),
  character(5, 2),
  { allow: true, type: 'c', major: 136, access: 'rw' },
];
