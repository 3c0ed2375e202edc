import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { type Death, KEPT_DEATHS } from '../../domain/containers/deaths/death.js';
import { DeathArchive } from '../../domain/containers/deaths/deaths.ports.js';
import { isErrno } from '../../errno.js';
import { containerPaths } from '../runtime/container-paths.js';
import { deathOf, deathText } from './death-text.js';

/** Lines at which the oldest are dropped: rewriting each time would cost a container that crashes in a loop more than it is worth. */
const MOST_LINES = 3 * KEPT_DEATHS;

/**
 * A file in each container's directory, one line of JSON a death. Not made durable by itself: the exit file is, and what is missing of
 * the last death after a crash is made again from it.
 */
@Injectable()
export class FileDeathArchive extends DeathArchive {
  constructor(private readonly config: Config) {
    super();
  }

  async append(containerId: string, death: Death): Promise<void> {
    const file = this.file(containerId);
    try {
      await appendFile(file, `${deathText(death)}\n`, { mode: 0o600 });
      if (death.number % (MOST_LINES - KEPT_DEATHS) === 0) await this.shorten(file);
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
  }

  async read(containerId: string): Promise<Death[]> {
    return (await lines(this.file(containerId))).slice(-KEPT_DEATHS).flatMap(deathOf);
  }

  private async shorten(file: string): Promise<void> {
    const kept = (await lines(file)).slice(-KEPT_DEATHS);
    await writeFile(`${file}.new`, kept.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  private file(containerId: string): string {
    return join(containerPaths(this.config, containerId).home, 'deaths.ndjson');
  }
}

/** What a crash left of a last line is not one. */
async function lines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return '';
    throw error;
  });
  return text.split('\n').slice(0, -1);
}
