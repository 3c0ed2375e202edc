import { clearLog, RuntimeError } from '@keelson/runtime-native';
import { clearLogFiles } from '@keelson/runtime-native/log';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { LogKeeper } from '../../domain/logs/logs.ports.js';
import { containerPaths } from '../runtime/container-paths.js';
import { translateError } from '../runtime/translate-error.js';

/** A log has one writer: while its supervisor is there, that is asked. */
@Injectable()
export class FileLogKeeper extends LogKeeper {
  constructor(private readonly config: Config) {
    super();
  }

  async clear(containerId: string): Promise<void> {
    const { control, logs } = containerPaths(this.config, containerId);
    try {
      await clearLog(control);
    } catch (error) {
      if (!(error instanceof RuntimeError) || error.code !== 'CONTROL_LOST')
        throw translateError(error, { container: containerId, command: [] });
      await clearLogFiles(logs);
    }
  }
}
