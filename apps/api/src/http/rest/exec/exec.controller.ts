import { type ExecResult, execInput, execResult } from '@keelson/contracts';
import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import type { Principal } from '../../../domain/access/principal.js';
import { ExecContainer } from '../../../domain/containers/exec-container.js';
import { Caller } from '../../middleware/caller.js';
import { goneSignal } from '../ndjson.js';
import { toCollectRequest, toExecResult } from './exec.mapper.js';

@ApiTags('containers')
@Controller('containers')
export class ExecController {
  constructor(private readonly execContainer: ExecContainer) {}

  @Post(':id/exec')
  @HttpCode(200)
  @ApiOperation({ summary: 'Runs a command in a running container to its end; terminals have a WebSocket of their own' })
  @ApiOkResponse({ standardSchema: execResult })
  async exec(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: execInput }) body: z.output<typeof execInput>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ExecResult> {
    return toExecResult(await this.execContainer.execute(principal, id, toCollectRequest(body), goneSignal(response)));
  }
}
