import { readLogBatches } from '@keelson/runtime-native/log';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { type LogEntry, type LogRange, LogReader } from '../../domain/logs/logs.ports.js';
import { containerPaths } from '../runtime/container-paths.js';

/** The log files that supervisors write. */
@Injectable()
export class FileLogReader extends LogReader {
  constructor(private readonly config: Config) {
    super();
  }

  read(containerId: string, range: LogRange, follow?: AbortSignal): AsyncIterable<readonly LogEntry[]> {
    return readLogBatches(containerPaths(this.config, containerId).logs, { ...range, ...(follow && { follow }) });
  }
}
