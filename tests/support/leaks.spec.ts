import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { destroy } from './destroy.js';
import { expectNothingLeft, inventory } from './leaks.js';
import { type Instance, newInstance } from './server.js';

let instance: Instance;

beforeEach(async () => {
  instance = await newInstance();
});
afterEach(() => destroy(instance));

it('an instance that did nothing holds nothing', async () => {
  expect(await inventory(instance)).toEqual([]);
});

it('processes and directories of an instance are seen, and gone after they ended', async () => {
  const directory = join(instance.root, 'containers', 'one');
  await mkdir(directory, { recursive: true });
  const child = spawn('sh', ['-c', 'read line', directory], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const [entry, running] = await inventory(instance);
  expect(entry).toBe('container directory one');
  expect(running).toContain(`process ${child.pid} sh`);

  child.kill();
  await once(child, 'exit');
  await expectNothingLeft(instance, ['container directory one']);
});

it('destroy ends what was left running and removes the directories', async () => {
  await mkdir(join(instance.run, 'c', 'one'), { recursive: true });
  const child = spawn('sh', ['-c', 'read line', join(instance.run, 'c')], { stdio: ['pipe', 'ignore', 'ignore'] });
  const exited = once(child, 'exit');
  await destroy(instance);
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(await inventory(instance)).toEqual([]);
});
