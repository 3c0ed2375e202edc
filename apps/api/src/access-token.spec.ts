import 'reflect-metadata';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './server.js';
import { ask } from './testing/ask.js';
import { type TestInstance, testInstance } from './testing/test-instance.js';

describe('the first administrator’s token', () => {
  let instance: TestInstance;
  let server: RunningServer;
  let file: string;

  beforeEach(async () => {
    instance = await testInstance();
    file = join(instance.config.root, 'admin-token');
    server = await startServer(instance.config);
  });
  afterEach(async () => {
    await server.close();
    await instance.remove();
  });

  function linkAway(path: string): void {
    rmSync(path);
    symlinkSync('/etc/hostname', path);
  }
  const token = () => readFileSync(file, 'utf8').trim();
  const isTaken = async (bearer: string) =>
    (await ask(`${server.url}/api/v1/openapi.json`, { headers: { authorization: `Bearer ${bearer}` } })).status === 200;
  /** What an operator does to the file between two starts. Returns the token of before. */
  async function restartAfter(change: () => void): Promise<string> {
    const before = token();
    await server.close();
    change();
    server = await startServer(instance.config);
    return before;
  }

  it('has 256 bits, in a file for root alone', () => {
    expect(readFileSync(file, 'utf8')).toMatch(/^[\w-]{43}\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('opens the API, at the next start as well', async () => {
    expect(await isTaken(token())).toBe(true);
    const before = await restartAfter(() => undefined);
    expect(token()).toBe(before);
    expect(await isTaken(before)).toBe(true);
  });

  it('lies beside files that nobody else can read either', () => {
    for (const name of readdirSync(instance.config.root, { withFileTypes: true }))
      if (name.isFile()) expect([name.name, statSync(join(instance.config.root, name.name)).mode & 0o077]).toEqual([name.name, 0]);
  });

  it('is not in the database', async () => {
    const { root } = instance.config;
    for (const name of ['keelson.db', 'keelson.db-wal']) expect(readFileSync(join(root, name)).includes(token())).toBe(false);
  });

  it.each<[string, (file: string) => void]>([
    ['is gone', (path) => rmSync(path)],
    ['can be read by others', (path) => chmodSync(path, 0o644)],
    ['holds no token', (path) => writeFileSync(path, 'password')],
    ['is a link to somewhere else', linkAway],
  ])('is made anew where the file %s, and the old one is void', async (_, change) => {
    const before = await restartAfter(() => change(file));
    expect(token()).not.toBe(before);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await isTaken(token())).toBe(true);
    expect(await isTaken(before)).toBe(false);
  });
});
