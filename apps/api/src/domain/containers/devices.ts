import type { Principal } from '../access/principal.js';
import { checkPrivileges } from '../access/privileges.js';
import { DomainError } from '../errors.js';
import type { HostDevice } from './limits/host-capacity.js';

/** A device of the host that the container gets a node of. */
export interface Device {
  readonly hostPath: string;
  readonly containerPath: string;
  /** Of `r`, `w` and `m`. */
  readonly permissions: string;
}

export interface WantedDevices {
  readonly devices: readonly Device[];
  /** `c 10:200 rwm`: type, major and minor number or *, access. */
  readonly deviceRules: readonly string[];
}

/** A node beyond these would stand in the way of what every container has. */
const TAKEN = new Set(['null', 'zero', 'full', 'random', 'urandom', 'tty', 'console', 'ptmx', 'pts', 'shm', 'mqueue', 'fd'].map(ofDev));
const RULE = /^[abc] (\d{1,4}|\*):(\d{1,7}|\*) [rwm]{1,3}$/;
/** Bits of dev_t on Linux: twelve for the major number, twenty for the minor one. */
const MAX_MAJOR = 4095;
const MAX_MINOR = 1_048_575;

/** Throws `forbidden` where the caller may not hand out devices, `invalid_input` for what cannot be given. */
export function checkDevices({ devices, deviceRules }: WantedDevices, principal: Principal): void {
  if (devices.length === 0 && deviceRules.length === 0) return;
  // Devices are the host's: whoever has one reads and writes past every wall between tenants.
  checkPrivileges(principal, [{ privilege: 'devices', field: devices.length > 0 ? 'devices' : 'deviceRules' }]);
  const seen = new Set<string>();
  for (const device of devices) {
    checkDevicePath(device.containerPath, 'devices');
    if (!/^(?!.*(.).*\1)[rwm]{1,3}$/.test(device.permissions)) {
      throw refused('devices', `"${device.permissions}" is no access to ${device.hostPath}; write it with r, w and m, each once`);
    }
    if (seen.has(device.containerPath))
      throw refused('devices', `two devices want to be ${device.containerPath}; give one another containerPath`);
    seen.add(device.containerPath);
  }
  for (const rule of deviceRules) checkRule(rule);
}

/** Throws `invalid_input` for a path that is no device of this host. */
export function checkDevicesExist({ devices }: Pick<WantedDevices, 'devices'>, found: ReadonlyMap<string, HostDevice>): void {
  for (const { hostPath } of devices) {
    if (!found.has(hostPath)) throw refused('devices', `${hostPath} is not a device of this host; give the path of a node below /dev`);
  }
}

/** Throws `invalid_input` for a path that no device can have, or that every container has one of its own at. */
export function checkDevicePath(path: string, field: 'devices' | 'cdiDevices'): void {
  const plain =
    path.startsWith('/') &&
    path.length > 1 &&
    !path.split('/').some((part, at) => part === '..' || part === '.' || (at > 0 && part === ''));
  if (!plain) throw refused(field, `"${path}" is not a path a device can have; write it from / on, without . and ..`);
  const parts = path.split('/').slice(0, 3).join('/');
  if (TAKEN.has(parts)) throw refused(field, `every container has a ${parts} of its own; give another containerPath`);
}

function checkRule(rule: string): void {
  const match = RULE.exec(rule);
  if (!match) throw refused('deviceRules', `"${rule}" is no rule about devices; write it like "c 10:200 rwm"`);
  const [, major, minor] = match;
  if (Number(major) > MAX_MAJOR || Number(minor) > MAX_MINOR) {
    throw refused('deviceRules', `"${rule}" names a device beyond ${MAX_MAJOR}:${MAX_MINOR}, the largest numbers of Linux`);
  }
}

function refused(field: keyof WantedDevices | 'cdiDevices', message: string): DomainError {
  return new DomainError('invalid_input', message, { field });
}

function ofDev(name: string): string {
  return `/dev/${name}`;
}
