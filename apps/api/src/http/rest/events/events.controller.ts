import { eventQuery, keelsonEvent } from '@keelson/contracts';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import type { Principal } from '../../../domain/access/principal.js';
import type { RecordedEvent } from '../../../domain/events/events.js';
import { ReadEvents } from '../../../domain/events/read-events.js';
import { parseInstant } from '../../../domain/logs/instant.js';
import { Caller } from '../../middleware/caller.js';
import { goneSignal, writeNdjson } from '../ndjson.js';
import { toKeelsonEvent } from './event.mapper.js';

@ApiTags('events')
@Controller('events')
export class EventsController {
  constructor(private readonly readEvents: ReadEvents) {}

  @Get()
  @ApiOperation({ summary: 'What happened, oldest first, one JSON document a line; with follow what happens from now on' })
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ standardSchema: keelsonEvent })
  async list(
    @Caller() principal: Principal,
    @Query({ schema: eventQuery }) { after, since, limit, follow }: z.output<typeof eventQuery>,
    @Res() response: Response,
  ): Promise<void> {
    const from = since === undefined ? undefined : new Date(Number(parseInstant(since, 'since', new Date()) / 1_000_000n));
    const query = { limit, ...(after !== undefined && { after }), ...(from && { since: from }) };
    await writeNdjson(response, wire(this.readEvents.execute(principal, query, follow, goneSignal(response))));
  }
}

async function* wire(events: AsyncIterable<RecordedEvent>): AsyncGenerator<object> {
  for await (const event of events) yield toKeelsonEvent(event);
}
