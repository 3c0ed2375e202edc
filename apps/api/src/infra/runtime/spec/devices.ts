import type { ContainerConfig } from '../../../domain/containers/container.js';
import type { Device } from '../../../domain/containers/devices.js';
import type { HostDevice } from '../../../domain/containers/limits/host-capacity.js';
import type { Devices } from './block-io.js';
import { ID_BLOCK_SIZE } from './namespaces.js';
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

const DEFAULT_DEVICES: readonly OciDevice[] = NODES.map(([name, major, minor]) => ({
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
const DEFAULT_RULES: readonly OciDeviceRule[] = [
  { allow: false, access: 'rwm' },
  ...NODES.map(([, major, minor]) => character(major, minor)),
  // /dev/console and /dev/ptmx, then every /dev/pts/N.
  character(5, 1),
  character(5, 2),
  { allow: true, type: 'c', major: 136, access: 'rw' },
];

type WithDevices = Pick<ContainerConfig, 'devices' | 'deviceRules'>;

export function deviceNodes({ devices }: Pick<WithDevices, 'devices'>, found: Devices): OciDevice[] {
  return [...DEFAULT_DEVICES, ...devices.map((device) => node(device, hostDevice(device, found)))];
}

/** Denying everything comes first; what follows only adds. */
export function deviceRules({ devices, deviceRules: rules }: WithDevices, found: Devices): OciDeviceRule[] {
  return [...DEFAULT_RULES, ...devices.map((device) => ruleOf(device, hostDevice(device, found))), ...rules.map(parsedRule)];
}

/** The container's root owns it; its group is the container's group of the same number, as with docker. */
function node({ containerPath }: Device, { type, major, minor, mode, gid }: HostDevice): OciDevice {
  const group = gid < ID_BLOCK_SIZE ? gid : 0;
  return { path: containerPath, type: letter(type), major, minor, fileMode: mode, uid: 0, gid: group };
}

function ruleOf({ permissions }: Device, { type, major, minor }: HostDevice): OciDeviceRule {
  return { allow: true, type: letter(type), major, minor, access: permissions };
}

/** `c 10:200 rwm`, checked before; a number that is left out is every number. */
function parsedRule(rule: string): OciDeviceRule {
  const [type = '', numbers = '', access = ''] = rule.split(' ');
  const [major = '*', minor = '*'] = numbers.split(':');
  return {
    allow: true,
    type: type as 'a' | 'b' | 'c',
    ...(major !== '*' && { major: Number(major) }),
    ...(minor !== '*' && { minor: Number(minor) }),
    access,
  };
}

function hostDevice({ hostPath }: Device, found: Devices): HostDevice {
  const device = found.get(hostPath);
  if (!device) throw new Error(`no device ${hostPath} on this host`);
  return device;
}

function letter(type: HostDevice['type']): 'b' | 'c' {
  return type === 'block' ? 'b' : 'c';
}
