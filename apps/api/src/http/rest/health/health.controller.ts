import { health } from '@keelson/contracts';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Config } from '../../../config/config.js';
import { Public } from '../../middleware/public.js';

@ApiTags('system')
@Controller('healthz')
export class HealthController {
  constructor(private readonly config: Config) {}

  @Public()
  @Get()
  @ApiOperation({ summary: 'Whether the server answers, and its version; to everybody', security: [] })
  @ApiOkResponse({ standardSchema: health })
  check(): z.infer<typeof health> {
    return { status: 'ok', version: this.config.version };
  }
}
