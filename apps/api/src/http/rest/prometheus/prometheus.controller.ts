import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Config } from '../../../config/config.js';
import type { Principal } from '../../../domain/access/principal.js';
import { ListSamples } from '../../../domain/metrics/list-samples.js';
import { Caller } from '../../middleware/caller.js';
import { containerMetrics } from './container-metrics.js';
import { CONTENT_TYPE, exposition, type Family } from './exposition.js';

@ApiTags('system')
@Controller('metrics')
export class PrometheusController {
  constructor(
    private readonly config: Config,
    private readonly listSamples: ListSamples,
  ) {}

  @Get()
  @Header('content-type', CONTENT_TYPE)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Metrics of all containers and of the server in the text format of Prometheus' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  metrics(@Caller() principal: Principal): string {
    return exposition([...this.ofServer(), ...containerMetrics(this.listSamples.execute(principal))]);
  }

  private ofServer(): Family[] {
    const gauge = (name: string, help: string, value: number, labels = {}): Family => ({
      name,
      type: 'gauge',
      help,
      points: [{ labels, value }],
    });
    return [
      gauge('keelson_build_info', 'Always 1; the label is the version.', 1, { version: this.config.version }),
      gauge('process_resident_memory_bytes', 'Memory of the server.', process.memoryUsage.rss()),
      gauge('process_start_time_seconds', 'When the server started, since the epoch.', Math.round(Date.now() / 1000 - process.uptime())),
    ];
  }
}
