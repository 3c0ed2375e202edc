import type { Principal } from '../access/principal.js';
import { checkPrivileges } from '../access/privileges.js';
import { type WantedCdi, wantsCdi } from './cdi.js';
import type { CdiSpecs } from './cdi.ports.js';
import { findDevices } from './find-devices.js';

/** Throws `forbidden` for those who may not have vendors' devices, before it tells what there is; `invalid_input` for what there is not. */
export async function checkCdi(principal: Principal, wanted: WantedCdi, specs: CdiSpecs): Promise<void> {
  if (!wantsCdi(wanted)) return;
  checkPrivileges(principal, [{ privilege: 'cdi-devices', field: wanted.gpus === null ? 'cdiDevices' : 'gpus' }]);
  findDevices(wanted, await specs.read());
}
