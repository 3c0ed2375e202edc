import { type ContainerStats, containerStats } from '@keelson/contracts';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../../domain/access/principal.js';
import { GetStats } from '../../../domain/metrics/get-stats.js';
import { Caller } from '../../middleware/caller.js';
import { toContainerStats } from './stats.mapper.js';

@ApiTags('containers')
@Controller('containers')
export class StatsController {
  constructor(private readonly getStats: GetStats) {}

  @Get(':id/stats')
  @ApiOperation({ summary: 'CPU, memory, processes, disk and network of a container, now and over the last ten minutes' })
  @ApiOkResponse({ standardSchema: containerStats })
  stats(@Caller() principal: Principal, @Param('id') id: string): ContainerStats {
    return toContainerStats(this.getStats.execute(principal, id));
  }
}
