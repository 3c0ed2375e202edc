import { type CdiDevices, cdiDeviceList } from '@keelson/contracts';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../../domain/access/principal.js';
import { ListCdiDevices } from '../../../domain/cdi/list-cdi-devices.js';
import { Caller } from '../../middleware/caller.js';
import { toCdiDevices } from './device.mapper.js';

@ApiTags('devices')
@Controller('devices')
export class DevicesController {
  constructor(private readonly listCdiDevices: ListCdiDevices) {}

  @Get('cdi')
  @ApiOperation({ summary: 'GPUs and other vendor devices that CDI specs on this host describe; for administrators' })
  @ApiOkResponse({ standardSchema: cdiDeviceList })
  async listCdi(@Caller() principal: Principal): Promise<CdiDevices> {
    return toCdiDevices(await this.listCdiDevices.execute(principal));
  }
}
