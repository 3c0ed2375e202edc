import { type ImageSummary, imageSummary, importImageQuery, pullImageInput, pullProgress } from '@keelson/contracts';
import { Body, Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Principal } from '../../../domain/access/principal.js';
import { ImportImage } from '../../../domain/images/import-image.js';
import { PullImage } from '../../../domain/images/pull-image.js';
import { Caller } from '../../middleware/caller.js';
import { goneSignal, writeNdjson } from '../ndjson.js';
import { ImageMapper } from './image.mapper.js';
import { toCommand } from './import.mapper.js';
import { uploadOf } from './upload.js';

/** The ways by which images come here. */
@ApiTags('images')
@Controller('images')
export class ImageSourcesController {
  constructor(
    private readonly pullImage: PullImage,
    private readonly importImage: ImportImage,
    private readonly mapper: ImageMapper,
  ) {}

  @Post('pull')
  @HttpCode(200)
  @ApiOperation({ summary: 'Pulls an image: its progress, one JSON document a line, the last of which is the image or the error' })
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ standardSchema: pullProgress })
  async pull(
    @Caller() principal: Principal,
    @Body({ schema: pullImageInput }) body: z.output<typeof pullImageInput>,
    @Res() response: Response,
  ): Promise<void> {
    const updates = this.pullImage.execute(principal, body);
    // Said to the pull itself: a registry that sends nothing would never let the iteration notice that nobody reads on.
    response.once('close', () => void updates.return(undefined));
    await writeNdjson(response, this.mapper.toProgress(updates), (error) => ({ type: 'error', ...error }));
  }

  @Post('import')
  @ApiOperation({ summary: 'Makes an image of one layer from the tar of a root filesystem: plain, gzip or zstd' })
  @ApiConsumes('application/x-tar')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiCreatedResponse({ standardSchema: imageSummary })
  async import(
    @Caller() principal: Principal,
    @Query({ schema: importImageQuery }) { reference, cmd }: z.output<typeof importImageQuery>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ImageSummary> {
    const wanted = { reference, command: toCommand(cmd), archive: uploadOf(request, response) };
    return this.mapper.toSummary(await this.importImage.execute(principal, wanted, goneSignal(response)));
  }
}
