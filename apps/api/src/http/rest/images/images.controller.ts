import {
  type ImageDetail,
  type ImageSummary,
  imageDetail,
  imageList,
  type RemoveImageResult,
  removeImageQuery,
  removeImageResult,
} from '@keelson/contracts';
import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Principal } from '../../../domain/access/principal.js';
import { InspectImage } from '../../../domain/images/inspect-image.js';
import { ListImages } from '../../../domain/images/list-images.js';
import { RemoveImage } from '../../../domain/images/remove-image.js';
import { Caller } from '../../middleware/caller.js';
import { ImageMapper } from './image.mapper.js';

@ApiTags('images')
@Controller('images')
export class ImagesController {
  constructor(
    private readonly listImages: ListImages,
    private readonly inspectImage: InspectImage,
    private readonly removeImage: RemoveImage,
    private readonly mapper: ImageMapper,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All images, the newest first' })
  @ApiOkResponse({ standardSchema: imageList })
  list(@Caller() principal: Principal): ImageSummary[] {
    return this.listImages.execute(principal).map((image) => this.mapper.toSummary(image));
  }

  @Get(':ref')
  @ApiOperation({ summary: 'One image, by URL-encoded reference, id or at least four digits of its id' })
  @ApiOkResponse({ standardSchema: imageDetail })
  inspect(@Caller() principal: Principal, @Param('ref') ref: string): ImageDetail {
    return this.mapper.toDetail(this.inspectImage.execute(principal, ref));
  }

  @Delete(':ref')
  @ApiOperation({ summary: 'Takes a name from an image; with its last name, or by its id, the image goes with the content only it needs' })
  @ApiOkResponse({ standardSchema: removeImageResult })
  async remove(
    @Caller() principal: Principal,
    @Param('ref') ref: string,
    @Query({ schema: removeImageQuery }) { force }: z.output<typeof removeImageQuery>,
  ): Promise<RemoveImageResult> {
    return this.mapper.toRemoveResult(await this.removeImage.execute(principal, ref, force));
  }
}
