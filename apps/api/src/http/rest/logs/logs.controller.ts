import { logMessage, logQuery } from '@keelson/contracts';
import { Controller, Delete, Get, HttpCode, Param, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import type { Principal } from '../../../domain/access/principal.js';
import { ClearLogs } from '../../../domain/logs/clear-logs.js';
import { type LogPiece, ReadLogs } from '../../../domain/logs/read-logs.js';
import { Caller } from '../../middleware/caller.js';
import { goneSignal, writeNdjson } from '../ndjson.js';
import { toLogQuery, toLogText } from './log.mapper.js';

@ApiTags('containers')
@Controller('containers')
export class LogsController {
  constructor(
    private readonly readLogs: ReadLogs,
    private readonly clearLogs: ClearLogs,
  ) {}

  @Get(':id/logs')
  @ApiOperation({ summary: 'The log of a container: one JSON document a line, the last of which says how it ended' })
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ standardSchema: logMessage })
  async logs(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: logQuery }) query: z.output<typeof logQuery>,
    @Res() response: Response,
  ): Promise<void> {
    const batches = this.readLogs.executeInBlocks(principal, id, toLogQuery(query), goneSignal(response));
    await writeNdjson(response, messages(batches, query.timestamps), (body) => ({ type: 'error', ...body }));
  }

  @Delete(':id/logs')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes what a container has written so far; followers go on with what it writes later' })
  @ApiNoContentResponse()
  async clear(@Caller() principal: Principal, @Param('id') id: string): Promise<void> {
    await this.clearLogs.execute(principal, id);
  }
}

async function* messages(batches: AsyncIterable<readonly LogPiece[]>, timestamps: boolean): AsyncGenerator<string> {
  for await (const items of batches) yield toLogText(items, timestamps);
}
