import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { containerRecord } from '../../testing/container-record.js';
import { testInstance } from '../../testing/test-instance.js';
import { CdiDirectories } from '../cdi/cdi-directories.js';
import { cgroupHierarchies } from './leftover-cgroup.js';
import { NativeRuntime } from './native-runtime.js';
import { RootfsStorage } from './rootfs-storage.js';

it('leaves alone what runs in the group of a container whose directory is under another root', async () => {
  const instance = await testInstance();
  const [hierarchy = ''] = (await cgroupHierarchies()).filter((path) => path.endsWith('pids') || path === '/sys/fs/cgroup');
  const cgroupPath = `/keelson-test-${basename(dirname(instance.config.root))}-${process.pid}`;
  const group = join(hierarchy, cgroupPath);
  await mkdir(group);
  const neighbour = spawn('sleep', ['60']);
  const ended = once(neighbour, 'exit');
  await writeFile(join(group, 'cgroup.procs'), String(neighbour.pid));

  const runtime = new NativeRuntime(instance.config, new RootfsStorage(), new CdiDirectories(instance.config), { report: () => undefined });
  const found = await runtime.adopt({ ...containerRecord(), cgroupPath, state: 'running' }, () => undefined);
  expect(found).toMatchObject({ kind: 'lost', reason: expect.stringContaining('not under this KEELSON_ROOT') });
  expect(neighbour.exitCode ?? neighbour.signalCode).toBeNull();
  expect(neighbour.kill('SIGTERM')).toBe(true);
  expect(await ended).toEqual([null, 'SIGTERM']);
  await rmdir(group);
  await instance.remove();
});
