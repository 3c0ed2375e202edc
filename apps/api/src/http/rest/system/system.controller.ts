import { type SystemInfo, systemInfo } from '@keelson/contracts';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../../domain/access/principal.js';
import { GetSystem } from '../../../domain/system/get-system.js';
import { Caller } from '../../middleware/caller.js';
import { toSystemInfo } from './system.mapper.js';

@ApiTags('system')
@Controller('system')
export class SystemController {
  constructor(private readonly getSystem: GetSystem) {}

  @Get()
  @ApiOperation({ summary: 'The host and its size, this server, and how much is on it' })
  @ApiOkResponse({ standardSchema: systemInfo })
  async read(@Caller() principal: Principal): Promise<SystemInfo> {
    return toSystemInfo(await this.getSystem.execute(principal));
  }
}
