import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InstanceLock } from './instance-lock.js';

describe('the lock of a state root', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'keelson-lock-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('keeps a second server out until the first lets go', async () => {
    const lock = await InstanceLock.take(root);
    await expect(InstanceLock.take(root)).rejects.toThrow(
      `another Keelson server uses ${root}; stop it or set KEELSON_ROOT to another directory`,
    );
    lock.release();
    (await InstanceLock.take(root)).release();
  });

  it('is free again when its holder was killed', async () => {
    const holder = spawn(process.execPath, [
      '-e',
      `const { DatabaseSync } = require('node:sqlite');
       const file = new DatabaseSync(${JSON.stringify(join(root, 'server.lock'))});
       file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
       console.log('held');
       setInterval(() => file, 1000);`,
    ]);
    await once(holder.stdout, 'data');
    await expect(InstanceLock.take(root)).rejects.toThrow('another Keelson server');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    (await InstanceLock.take(root)).release();
  });
});
