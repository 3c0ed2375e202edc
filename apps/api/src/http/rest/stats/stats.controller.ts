import { type ContainerStats, containerStats, type StatsHistory, statsHistory, statsHistoryQuery } from '@keelson/contracts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Principal } from '../../../domain/access/principal.js';
import { GetStats } from '../../../domain/metrics/get-stats.js';
import { GetStatsHistory } from '../../../domain/metrics/get-stats-history.js';
import { Caller } from '../../middleware/caller.js';
import { toContainerStats, toStatsHistory, toStatsHistoryQuery } from './stats.mapper.js';

@ApiTags('containers')
@Controller('containers')
export class StatsController {
  constructor(
    private readonly getStats: GetStats,
    private readonly getHistory: GetStatsHistory,
  ) {}

  @Get(':id/stats')
  @ApiOperation({ summary: 'CPU, memory, processes, disk and network of a container, now and over the last ten minutes' })
  @ApiOkResponse({ standardSchema: containerStats })
  stats(@Caller() principal: Principal, @Param('id') id: string): ContainerStats {
    return toContainerStats(this.getStats.execute(principal, id));
  }

  @Get(':id/stats/history')
  @ApiOperation({ summary: 'Statistics of the past: ten minutes by the second, six hours by ten seconds, seven days by the minute' })
  @ApiOkResponse({ standardSchema: statsHistory })
  async history(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: statsHistoryQuery }) query: z.output<typeof statsHistoryQuery>,
  ): Promise<StatsHistory> {
    return toStatsHistory(await this.getHistory.execute(principal, id, toStatsHistoryQuery(query)));
  }
}
