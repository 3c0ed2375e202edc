import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { readConfig } from '../config/read-config.js';

export interface TestInstance {
  readonly config: Config;
  remove(): Promise<void>;
}

/** Directories and settings of an instance of a test's own. Short paths: a Unix socket's has 107 bytes at most. */
export async function testInstance(settings: Record<string, string> = {}): Promise<TestInstance> {
  const home = await mkdtemp('/tmp/ka-');
  const config = readConfig({
    KEELSON_ROOT: join(home, 'root'),
    KEELSON_RUN: join(home, 'run'),
    KEELSON_LISTEN: '127.0.0.1:0',
    ...settings,
  });
  return { config, remove: () => rm(home, { recursive: true, force: true }) };
}
