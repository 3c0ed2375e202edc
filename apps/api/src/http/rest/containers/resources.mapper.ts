import type { CreateContainerBody, Resources as Wire } from '@keelson/contracts';
import type { Device } from '../../../domain/containers/devices.js';
import type { Resources } from '../../../domain/containers/resources.js';
import { withoutUndefined } from '../without-undefined.js';

export function toWantedResources({ ulimits, ...rest }: Wire): Resources {
  return { ...withoutUndefined(rest), ...(ulimits && { ulimits: ulimits.map(withoutUndefined) }) };
}

export function toResources({ ulimits, hugePages, ...rest }: Resources): Wire {
  const { ioWeightDevices, ioReadBps, ioWriteBps, ioReadIops, ioWriteIops, ...plain } = rest;
  return {
    ...plain,
    ...(ioWeightDevices && { ioWeightDevices: [...ioWeightDevices] }),
    ...(ioReadBps && { ioReadBps: [...ioReadBps] }),
    ...(ioWriteBps && { ioWriteBps: [...ioWriteBps] }),
    ...(ioReadIops && { ioReadIops: [...ioReadIops] }),
    ...(ioWriteIops && { ioWriteIops: [...ioWriteIops] }),
    ...(ulimits && { ulimits: ulimits.map((one) => ({ ...one, name: one.name as UlimitName })) }),
    ...(hugePages && { hugePages: [...hugePages] }),
  };
}

export function toDevices(devices: readonly WireDevice[]): Device[] {
  return devices.map(({ containerPath, ...device }) => ({ ...device, containerPath: containerPath ?? device.hostPath }));
}

type WireDevice = CreateContainerBody['devices'][number];
type UlimitName = NonNullable<Wire['ulimits']>[number]['name'];
