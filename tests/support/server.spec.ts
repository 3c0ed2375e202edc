import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { destroy } from './destroy.js';
import { type Instance, newInstance, Server } from './server.js';

describe('a server process', () => {
  let instance: Instance;
  let server: Server | undefined;

  beforeEach(async () => {
    instance = await newInstance();
  });
  afterEach(async () => {
    await server?.stop();
    await destroy(instance);
  });

  const health = () => fetch(`http://${instance.listen}/healthz`).then((response) => response.status);

  it('answers once it has started, and no more once it has stopped', async () => {
    server = await Server.start(instance);
    expect(await health()).toBe(200);
    expect(await server.stop()).toBe(0);
    await expect(health()).rejects.toThrow();
    expect(existsSync(`${instance.run}/docker.sock`)).toBe(false);
  });

  it('starts again on the same directories and port after kill -9', async () => {
    server = await Server.start(instance);
    await server.kill9();
    server = await Server.start(instance);
    expect(await health()).toBe(200);
  });

  it('that cannot start rejects with what it said', async () => {
    server = await Server.start(instance);
    await expect(Server.start(instance)).rejects.toThrow(/another Keelson server uses/);
  });
});
