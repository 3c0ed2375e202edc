import { readLastLines } from '@keelson/runtime-native/log';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { type LogRecord, LogTail } from '../../domain/logs/logs.ports.js';
import { containerPaths } from '../runtime/container-paths.js';

@Injectable()
export class FileLogTail extends LogTail {
  constructor(private readonly config: Config) {
    super();
  }

  last(containerId: string, count: number): Promise<readonly LogRecord[]> {
    return readLastLines(containerPaths(this.config, containerId).logs, count);
  }
}
