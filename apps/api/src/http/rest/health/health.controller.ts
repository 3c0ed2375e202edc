import type { health } from '@keelson/contracts';
import { Controller, Get } from '@nestjs/common';
import type { z } from 'zod';
import { Config } from '../../../config/config.js';
import { Public } from '../../middleware/public.js';

@Controller('healthz')
export class HealthController {
  constructor(private readonly config: Config) {}

  @Public()
  @Get()
  check(): z.infer<typeof health> {
    return { status: 'ok', version: this.config.version };
  }
}
