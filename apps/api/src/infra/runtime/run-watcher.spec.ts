import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ExitRecord } from '../../domain/containers/containers.ports.js';
import { type TestInstance, testInstance } from '../../testing/test-instance.js';
import { containerPaths } from './container-paths.js';
import { RunWatcher } from './run-watcher.js';

let instance: TestInstance;
beforeEach(async () => {
  instance = await testInstance();
});
afterEach(() => instance.remove());

/** Field 22 of proc_pid_stat(5): this process passes for the supervisor. */
const startTicks = () => Number(readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[19]);

it('takes what runs from its record while its supervisor does not answer, and hears of the end later', async () => {
  const paths = containerPaths(instance.config, 'a'.repeat(64));
  await mkdir(paths.run, { recursive: true });
  await mkdir(paths.home, { recursive: true });
  const about = { id: 'a', bootId: 'b', startedAt: '1000000000' };
  const supervisor = { supervisorPid: process.pid, supervisorStartTicks: startTicks() };
  await writeFile(`${paths.run}/state.json`, JSON.stringify({ ...about, ...supervisor, pid: 4242, startTicks: 1, cgroup: '/x' }));
  const silent = createServer(() => undefined).listen(paths.control);

  const watcher = new RunWatcher(() => undefined, 50);
  const ended = Promise.withResolvers<ExitRecord | null>();
  const seen = await watcher.look({ id: about.id, paths, onExit: ended.resolve, clear: async () => undefined });
  expect(seen).toEqual({ kind: 'running', started: { pid: 4242, startedAt: new Date(1000) }, paused: false });

  const exit = { ...about, exitCode: 7, signal: 0, oomKilled: false, finishedAt: '2000000000' };
  await writeFile(paths.exitFile, JSON.stringify(exit));
  await rm(dirname(paths.control), { recursive: true });
  silent.close();
  expect(await ended.promise).toMatchObject({ exitCode: 7, finishedAt: new Date(2000) });
  watcher.close();
});
