import 'reflect-metadata';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './server.js';
import { type TestInstance, testInstance } from './testing/test-instance.js';

describe('the server', () => {
  let instance: TestInstance;
  let server: RunningServer;

  beforeEach(async () => {
    instance = await testInstance();
    server = await startServer(instance.config);
  });
  afterEach(async () => {
    await server.close();
    await instance.remove();
  });

  it('says that it is well, to everybody', async () => {
    const response = await fetch(`${server.url}/healthz`);
    expect(await response.json()).toEqual({ status: 'ok', version: instance.config.version });
  });

  it('answers an unknown path of the API in the shape of all errors', async () => {
    const response = await fetch(`${server.url}/api/v1/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'route_not_found', message: expect.stringContaining('/api/v1/nothing') });
  });

  it('refuses a body that is no JSON as invalid input', async () => {
    const response = await fetch(`${server.url}/healthz`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_input' });
  });

  it('refuses a body over 4 MiB', async () => {
    const body = JSON.stringify('x'.repeat(4 * 1024 * 1024));
    const response = await fetch(`${server.url}/healthz`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'payload_too_large' });
  });

  it('gives the Docker socket to owner and group only', () => {
    expect(statSync(instance.config.dockerSocket).mode & 0o777).toBe(0o660);
  });

  it.each(['GET', 'HEAD'])('answers %s /_ping on the Docker socket, with the version that it speaks', async (method) => {
    const { status, headers, body } = await docker(method, '/v1.44/_ping');
    expect(status).toBe(200);
    expect(headers['api-version']).toBe('1.44');
    expect(body).toBe(method === 'GET' ? 'OK' : '');
  });

  it('tells Docker clients its version', async () => {
    const { body } = await docker('GET', '/version');
    expect(JSON.parse(body)).toMatchObject({ Version: instance.config.version, ApiVersion: '1.44', Os: 'linux' });
  });

  it('tells Docker clients plainly what it does not serve', async () => {
    const { status, body } = await docker('POST', '/v1.44/containers/create');
    expect(status).toBe(501);
    expect(JSON.parse(body)).toEqual({ message: 'Keelson does not serve POST /containers/create of the Docker API yet' });
  });

  it('takes the Docker socket away when it stops', async () => {
    await server.close();
    expect(existsSync(instance.config.dockerSocket)).toBe(false);
  });

  it('stops while a client keeps its connection open', async () => {
    await fetch(`${server.url}/healthz`);
    await server.close();
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  it('refuses to take over the Docker socket of a server that still answers', async () => {
    const other = await testInstance({ KEELSON_DOCKER_SOCKET: instance.config.dockerSocket });
    await expect(startServer(other.config)).rejects.toThrow(`another server listens on ${instance.config.dockerSocket}`);
    await other.remove();
    expect((await docker('GET', '/_ping')).body).toBe('OK');
  });

  it.each([
    ['0.0.0.0:0', `http://${hostname()}:`],
    ['[::]:0', `http://${hostname()}:`],
    ['[::1]:0', 'http://[::1]:'],
    ['localhost:0', 'http://localhost:'],
  ])('listening on %s, names an address that a browser can open', async (listen, start) => {
    const other = await testInstance({ KEELSON_LISTEN: listen });
    const opened = await startServer(other.config);
    const { port } = new URL(opened.url);
    expect(opened.url).toBe(start + port);
    await opened.close();
    await other.remove();
  });

  it('refuses a port that is taken, naming the setting', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const other = await testInstance({ KEELSON_LISTEN: `127.0.0.1:${port}` });
    await expect(startServer(other.config)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: the port is in use; set KEELSON_LISTEN to another host:port`,
    );
    taken.close();
    await other.remove();
  });

  it('refuses a database that it cannot reach, and lets go of its root', async () => {
    const other = await testInstance({ KEELSON_DATABASE_URL: 'postgresql://keelson@127.0.0.1:1/keelson' });
    await expect(startServer(other.config)).rejects.toThrow('check KEELSON_DATABASE_URL');
    const opened = await startServer({ ...other.config, databaseUrl: `file:${other.config.root}/keelson.db` });
    await opened.close();
    await other.remove();
  });

  async function docker(method: string, path: string): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
    const asked = request({ socketPath: instance.config.dockerSocket, method, path }).end();
    const [response] = await once(asked, 'response');
    let body = '';
    for await (const chunk of response) body += chunk;
    return { status: response.statusCode, headers: response.headers, body };
  }
});
