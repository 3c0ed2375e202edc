import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { cpus, hostname, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { systemInfo } from '@keelson/contracts';
import { expect, it } from 'vitest';
import { startServer } from './server.js';
import { ask } from './testing/ask.js';
import { testInstance } from './testing/test-instance.js';

it('tells the host’s size and the server’s own settings, in the shape of the contract', async () => {
  const instance = await testInstance();
  const server = await startServer(instance.config);
  const token = readFileSync(join(instance.config.root, 'admin-token'), 'utf8').trim();
  const answer = await ask(`${server.url}/api/v1/system`, { headers: { authorization: `Bearer ${token}` } });
  await server.close();
  await instance.remove();
  const info = systemInfo.strict().parse(JSON.parse(answer.text));
  expect(info).toMatchObject({
    version: instance.config.version,
    hostname: hostname(),
    kernel: release(),
    operatingSystem: expect.stringMatching(/Debian|Ubuntu|Linux/),
    cpus: cpus().length,
    memoryBytes: totalmem(),
    root: instance.config.root,
    dockerSocket: instance.config.dockerSocket,
    containers: { total: 0, running: 0 },
    images: 0,
  });
  expect(info.disk.freeBytes).toBeGreaterThan(0);
  expect(info.disk.totalBytes).toBeGreaterThan(info.disk.freeBytes);
  expect(info.cgroupVersion).toBe(onV1() ? 1 : 2);
});

/** proc_pid_cgroup(5): on v1 a line of the memory controller's own. */
function onV1(): boolean {
  return /^\d+:(?:.+,)?memory(?:,.+)?:/m.test(readFileSync('/proc/self/cgroup', 'utf8'));
}
