import {
  type ContainerDetail,
  type CreateContainerBody,
  containerDetail,
  containerList,
  createContainerInput,
  type Death,
  deathList,
  removeContainerQuery,
} from '@keelson/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import type { Principal } from '../../../domain/access/principal.js';
import { CreateContainer } from '../../../domain/containers/create-container.js';
import { ListDeaths } from '../../../domain/containers/deaths/list-deaths.js';
import { ListContainers } from '../../../domain/containers/list-containers.js';
import { MeasureContainer } from '../../../domain/containers/measure-container.js';
import { RemoveContainer } from '../../../domain/containers/remove-container.js';
import { Caller } from '../../middleware/caller.js';
import { toContainerDetail, toCreateRequest } from './container.mapper.js';
import { toDeath } from './death.mapper.js';
import { listAnswer } from './list-answer.js';

@ApiTags('containers')
@Controller('containers')
export class ContainersController {
  constructor(
    private readonly createContainer: CreateContainer,
    private readonly listContainers: ListContainers,
    private readonly measureContainer: MeasureContainer,
    private readonly removeContainer: RemoveContainer,
    private readonly listDeaths: ListDeaths,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Makes a container from an image that is here, and starts it where asked to' })
  @ApiCreatedResponse({ standardSchema: containerDetail })
  async create(
    @Caller() principal: Principal,
    @Body({ schema: createContainerInput }) body: CreateContainerBody,
  ): Promise<ContainerDetail> {
    return toContainerDetail(await this.createContainer.execute(principal, toCreateRequest(body)));
  }

  @Get()
  @ApiOperation({ summary: 'All containers in every state, the newest first' })
  @ApiOkResponse({ standardSchema: containerList })
  list(@Caller() principal: Principal, @Res() response: Response): void {
    const answer = listAnswer(this.listContainers.execute(principal));
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('content-length', answer.length);
    response.end(answer);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One container, by id, name or at least four digits of its id' })
  @ApiOkResponse({ standardSchema: containerDetail })
  async inspect(@Caller() principal: Principal, @Param('id') id: string): Promise<ContainerDetail> {
    const { container, rootfsUsedBytes } = await this.measureContainer.execute(principal, id);
    return toContainerDetail(container, rootfsUsedBytes);
  }

  @Get(':id/deaths')
  @ApiOperation({ summary: 'How its last runs ended, the newest first: why, who asked, what they had used; at most ten' })
  @ApiOkResponse({ standardSchema: deathList })
  async deaths(@Caller() principal: Principal, @Param('id') id: string): Promise<Death[]> {
    return (await this.listDeaths.execute(principal, id)).map(toDeath);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes a container with its files and logs; a running one only with force' })
  @ApiNoContentResponse()
  async remove(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: removeContainerQuery }) { force }: z.output<typeof removeContainerQuery>,
  ): Promise<void> {
    await this.removeContainer.execute(principal, id, force);
  }
}
