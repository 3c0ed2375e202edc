import {
  type ContainerDetail,
  containerDetail,
  killContainerInput,
  renameContainerInput,
  stopContainerInput,
  type UpdateContainerResult,
  updateContainerInput,
  updateContainerResult,
  type WaitResult,
  waitResult,
} from '@keelson/contracts';
import { Body, Controller, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import type { Principal } from '../../../domain/access/principal.js';
import { KillContainer } from '../../../domain/containers/kill-container.js';
import { PauseContainer } from '../../../domain/containers/pause-container.js';
import { RenameContainer } from '../../../domain/containers/rename-container.js';
import { RestartContainer } from '../../../domain/containers/restart-container.js';
import { StartContainer } from '../../../domain/containers/start-container.js';
import { StopContainer } from '../../../domain/containers/stop-container.js';
import { UnpauseContainer } from '../../../domain/containers/unpause-container.js';
import { UpdateContainer } from '../../../domain/containers/update-container.js';
import { WaitContainer } from '../../../domain/containers/wait-container.js';
import { Caller } from '../../middleware/caller.js';
import { goneSignal } from '../ndjson.js';
import { toContainerDetail, toWaitResult } from './container.mapper.js';
import { toUpdateRequest, toUpdateResult } from './update.mapper.js';

/** What can be done to a container that exists; each answers with the container as it is afterwards. */
@ApiTags('containers')
@Controller('containers')
export class ContainerVerbsController {
  constructor(
    private readonly startContainer: StartContainer,
    private readonly stopContainer: StopContainer,
    private readonly restartContainer: RestartContainer,
    private readonly killContainer: KillContainer,
    private readonly pauseContainer: PauseContainer,
    private readonly unpauseContainer: UnpauseContainer,
    private readonly renameContainer: RenameContainer,
    private readonly updateContainer: UpdateContainer,
    private readonly waitContainer: WaitContainer,
  ) {}

  @Patch(':id')
  @ApiOperation({ summary: 'Changes limits, restart policy and the like, also while it runs; all of it or nothing' })
  @ApiOkResponse({ standardSchema: updateContainerResult })
  async update(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: updateContainerInput }) body: z.output<typeof updateContainerInput>,
  ): Promise<UpdateContainerResult> {
    return toUpdateResult(await this.updateContainer.execute(principal, id, toUpdateRequest(body)));
  }

  @Post(':id/start')
  @HttpCode(200)
  @ApiOperation({ summary: 'Starts it; nothing happens where it runs' })
  @ApiOkResponse({ standardSchema: containerDetail })
  async start(@Caller() principal: Principal, @Param('id') id: string): Promise<ContainerDetail> {
    return toContainerDetail(await this.startContainer.execute(principal, id));
  }

  @Post(':id/stop')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sends its stop signal, waits, and kills what has not ended in time' })
  @ApiOkResponse({ standardSchema: containerDetail })
  async stop(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: stopContainerInput }) { timeoutSeconds }: z.output<typeof stopContainerInput>,
  ): Promise<ContainerDetail> {
    return toContainerDetail(await this.stopContainer.execute(principal, id, timeoutSeconds));
  }

  @Post(':id/restart')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stops it where it runs, and starts it' })
  @ApiOkResponse({ standardSchema: containerDetail })
  async restart(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: stopContainerInput }) { timeoutSeconds }: z.output<typeof stopContainerInput>,
  ): Promise<ContainerDetail> {
    return toContainerDetail(await this.restartContainer.execute(principal, id, timeoutSeconds));
  }

  @Post(':id/kill')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sends a signal to its first process; SIGKILL answers once it has ended' })
  @ApiOkResponse({ standardSchema: containerDetail })
  async kill(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: killContainerInput }) { signal }: z.output<typeof killContainerInput>,
  ): Promise<ContainerDetail> {
    return toContainerDetail(await this.killContainer.execute(principal, id, signal));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stops all of its processes where they are, without their knowing' })
  @ApiOkResponse({ standardSchema: containerDetail })
  async pause(@Caller() principal: Principal, @Param('id') id: string): Promise<ContainerDetail> {
    return toContainerDetail(await this.pauseContainer.execute(principal, id));
  }

  @Post(':id/unpause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets its processes go on' })
  @ApiOkResponse({ standardSchema: containerDetail })
  async unpause(@Caller() principal: Principal, @Param('id') id: string): Promise<ContainerDetail> {
    return toContainerDetail(await this.unpauseContainer.execute(principal, id));
  }

  @Post(':id/rename')
  @HttpCode(200)
  @ApiOperation({ summary: 'Gives it another name; its host name stays' })
  @ApiOkResponse({ standardSchema: containerDetail })
  async rename(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: renameContainerInput }) { name }: z.output<typeof renameContainerInput>,
  ): Promise<ContainerDetail> {
    return toContainerDetail(await this.renameContainer.execute(principal, id, name));
  }

  @Post(':id/wait')
  @HttpCode(200)
  @ApiOperation({ summary: 'Answers when it does not run, with how its last run ended' })
  @ApiOkResponse({ standardSchema: waitResult })
  async wait(@Caller() principal: Principal, @Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<WaitResult> {
    return toWaitResult(await this.waitContainer.execute(principal, id, goneSignal(response)));
  }
}
