import type { HostDevice } from '../../../domain/containers/limits/host-capacity.js';
import type { DeviceRate, Resources } from '../../../domain/containers/resources.js';
import type { OciBlockIo, OciResources } from './oci.js';

/** The host's device nodes by path; each that a limit names is there, since limits are checked before. */
export type Devices = ReadonlyMap<string, HostDevice>;

export function blockIo(wanted: Resources, devices: Devices): Pick<OciResources, 'blockIO'> {
  const { ioWeight: weight, ioWeightDevices } = wanted;
  const fields: OciBlockIo = {
    ...(weight !== undefined && { weight }),
    ...(ioWeightDevices && { weightDevice: ioWeightDevices.map((one) => ({ ...number(one.path, devices), weight: one.weight })) }),
    ...(wanted.ioReadBps && { throttleReadBpsDevice: rates(wanted.ioReadBps, devices) }),
    ...(wanted.ioWriteBps && { throttleWriteBpsDevice: rates(wanted.ioWriteBps, devices) }),
    ...(wanted.ioReadIops && { throttleReadIOPSDevice: rates(wanted.ioReadIops, devices) }),
    ...(wanted.ioWriteIops && { throttleWriteIOPSDevice: rates(wanted.ioWriteIops, devices) }),
  };
  return Object.keys(fields).length > 0 ? { blockIO: fields } : {};
}

function rates(wanted: readonly DeviceRate[], devices: Devices) {
  return wanted.map(({ path, rate }) => ({ ...number(path, devices), rate }));
}

function number(path: string, devices: Devices): { major: number; minor: number } {
  const device = devices.get(path);
  if (!device) throw new Error(`no device ${path} on this host`);
  return { major: device.major, minor: device.minor };
}
