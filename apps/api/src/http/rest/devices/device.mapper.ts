import type { CdiDevices } from '@keelson/contracts';
import { type CdiInventory, problemOf, qualifiedName } from '../../../domain/cdi/cdi.js';

export function toCdiDevices({ directories, devices, faults }: CdiInventory): CdiDevices {
  return {
    directories: [...directories],
    devices: devices.map((device) => ({
      name: qualifiedName(device),
      kind: device.kind,
      file: device.file,
      problem: problemOf(device),
      skippedHooks: [...new Set([...device.specEdits.skippedHooks, ...device.edits.skippedHooks])],
    })),
    faults: faults.map((fault) => ({ ...fault })),
  };
}
