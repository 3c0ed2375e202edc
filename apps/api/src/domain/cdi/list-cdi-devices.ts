import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { checkPrivileges } from '../access/privileges.js';
import type { CdiInventory } from './cdi.js';
import { CdiSpecs } from './cdi.ports.js';

@Injectable()
export class ListCdiDevices {
  constructor(private readonly specs: CdiSpecs) {}

  /** For those who may use them: names of files and devices are the host's. Throws `forbidden`. */
  async execute(principal: Principal): Promise<CdiInventory> {
    checkPrivileges(principal, [{ privilege: 'cdi-devices', field: 'cdiDevices' }]);
    return this.specs.read();
  }
}
