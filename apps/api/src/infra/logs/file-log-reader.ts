import { readLogBatches, readLogBlocks } from '@keelson/runtime-native/log';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { type LogBlock, type LogEntry, type LogRange, LogReader } from '../../domain/logs/logs.ports.js';
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

  override readBlocks(
    containerId: string,
    { since, until }: Omit<LogRange, 'tail'>,
    follow?: AbortSignal,
  ): AsyncIterable<readonly (LogEntry | LogBlock)[]> {
    const range = { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
    return readLogBlocks(containerPaths(this.config, containerId).logs, { ...range, ...(follow && { follow }) });
  }
}
