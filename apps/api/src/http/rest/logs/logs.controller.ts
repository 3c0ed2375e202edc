import { logMessage, logQuery } from '@keelson/contracts';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import type { Principal } from '../../../domain/access/principal.js';
import { type LogItem, ReadLogs } from '../../../domain/logs/read-logs.js';
import { Caller } from '../../middleware/caller.js';
import { goneSignal, writeNdjson } from '../ndjson.js';
import { toLogMessage, toLogQuery } from './log.mapper.js';

@ApiTags('containers')
@Controller('containers')
export class LogsController {
  constructor(private readonly readLogs: ReadLogs) {}

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
    const batches = this.readLogs.execute(principal, id, toLogQuery(query), goneSignal(response));
    await writeNdjson(response, messages(batches, query.timestamps), (body) => ({ type: 'error', ...body }));
  }
}

async function* messages(batches: AsyncIterable<readonly LogItem[]>, timestamps: boolean): AsyncGenerator<object[]> {
  for await (const items of batches) yield items.map((item) => toLogMessage(item, timestamps));
}
