import 'reflect-metadata';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from './create-app.js';
import { EnsureAdministrator } from './domain/access/ensure-administrator.js';
import { Database } from './infra/store/database.js';
import { InstanceLock } from './infra/store/instance-lock.js';
import { ask, codeOf } from './testing/ask.js';
import { type TestInstance, testInstance } from './testing/test-instance.js';

const PUBLIC = ['GET /healthz', 'POST /api/v1/sessions'];

let instance: TestInstance;
let app: Awaited<ReturnType<typeof createApp>>;
let lock: InstanceLock;
let url: string;
let token: string;
let cookie: string;

beforeAll(async () => {
  instance = await testInstance({ KEELSON_HOSTS: 'https://keelson.test,build.test' });
  lock = await InstanceLock.take(instance.config.root);
  app = await createApp(instance.config);
  await app.init();
  await app.get(EnsureAdministrator).execute();
  const http: Server = app.getHttpServer();
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  token = readFileSync(join(instance.config.root, 'admin-token'), 'utf8').trim();
  const signedIn = await ask(`${url}/api/v1/sessions`, { method: 'POST', body: { token } });
  cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
});
afterAll(async () => {
  await app.close();
  await app.get(Database).close();
  lock.release();
  await instance.remove();
});

/** Every method and path that has a handler, the page of the documentation aside: its files are the same everywhere. */
function routes(): string[] {
  const express: Express = app.getHttpAdapter().getInstance();
  return express.router.stack.flatMap(({ route }) => {
    if (route === undefined || route.path.startsWith('/api/docs')) return [];
    const methods = new Set(route.stack.map(({ method }) => method.toUpperCase()));
    // Nest's own answer to any method that /healthz does not have.
    if (methods.has('CONNECT')) return [];
    return [...methods].map((method) => `${method} ${route.path}`);
  });
}

const current = (headers: Record<string, string>) => ask(`${url}/api/v1/sessions/current`, { headers });

describe('without credentials', () => {
  it('every route but health and sign-in answers 401', async () => {
    const asked = routes();
    expect(asked).toEqual(expect.arrayContaining([...PUBLIC, 'GET /api/v1/openapi.json', 'DELETE /api/v1/sessions/current']));
    const open: string[] = [];
    for (const route of asked) {
      const [method = '', path = ''] = route.split(' ');
      const answer = await ask(url + path.replaceAll(/:\w+/g, 'x'), { method });
      if (answer.status !== 401) open.push(route);
      else expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect(open).toEqual(PUBLIC);
  });

  it.each([
    ['a made-up token', { authorization: `Bearer ${'x'.repeat(43)}` }],
    ['a token without its scheme', { authorization: 'x' }],
    ['another scheme', { authorization: 'Basic YWRtaW46YWRtaW4=' }],
    ['a made-up cookie', { cookie: `keelson_session=${'x'.repeat(43)}` }],
  ])('%s is none', async (_, headers) => {
    const answer = await current(headers);
    expect(answer.status).toBe(401);
    expect(codeOf(answer)).toBe('unauthenticated');
  });

  it('the page of the documentation opens, and its scripts run under its policy', async () => {
    const { status, headers, text } = await ask(`${url}/api/docs`);
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)/);
  });

  it('a token in the address is none, wherever it came from', async () => {
    for (const name of ['token', 'access_token', 'keelson_session'])
      expect((await ask(`${url}/api/v1/openapi.json?${name}=${token}`)).status).toBe(401);
  });
});

describe('the Host header', () => {
  it.each([hostname(), `${hostname()}.local:7070`])('%s, the machine’s own, is a name of this server', async (host) => {
    expect((await withHost(host, '/api/v1/openapi.json')).status).toBe(200);
  });

  const withHost = (host: string, path: string) => ask(url + path, { headers: { host, authorization: `Bearer ${token}` } });

  it.each(['localhost', 'localhost:7070', 'LOCALHOST', 'keelson.localhost:81', '127.0.0.1', '10.1.2.3:7070', '[::1]:7070', '[fe80::1]'])(
    '%s is a name of this server',
    async (host) => {
      expect((await withHost(host, '/api/v1/openapi.json')).status).toBe(200);
    },
  );

  it.each([
    ['keelson.test', true],
    ['Keelson.test:8443', true],
    ['build.test', false],
    ['127.0.0.1', false],
  ])('%s, a name of ours, gets a cookie for TLS only: %s', async (host, secure) => {
    const { status, headers } = await ask(`${url}/api/v1/sessions`, { method: 'POST', headers: { host }, body: { token } });
    expect(status).toBe(201);
    expect(/; Secure/.test(headers['set-cookie']?.[0] ?? '')).toBe(secure);
  });

  it.each([
    'evil.test',
    'sub.keelson.test',
    'evil.test:7070',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '127.1',
    '0x7f000001',
    '[evil]',
    'a:b:c',
    'localhost@evil.test',
  ])('%j is not: API, health and dashboard refuse it', async (host) => {
    for (const path of ['/api/v1/openapi.json', '/healthz', '/', '/api/docs']) {
      const answer = await withHost(host, path);
      expect(answer.status).toBe(421);
      expect(codeOf(answer)).toBe('host_not_allowed');
    }
  });
});

describe('a session cookie', () => {
  it.each([
    ['from a script on this host', {}],
    ['from our own page', { 'sec-fetch-site': 'same-origin' }],
    ['from the address bar', { 'sec-fetch-site': 'none' }],
  ])('%s is taken', async (_, headers) => {
    expect((await current({ cookie, ...headers })).status).toBe(200);
  });

  it('is taken with our own origin', async () => {
    expect((await current({ cookie, origin: url })).status).toBe(200);
  });

  it.each([
    ['another site', { origin: 'https://evil.test' }],
    ['another port of this host', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['another port, as the browser says', { 'sec-fetch-site': 'same-site' }],
  ])('from %s is refused', async (_, headers) => {
    const answer = await current({ cookie, ...headers });
    expect(answer.status).toBe(403);
    expect(codeOf(answer)).toBe('origin_not_allowed');
  });

  it('has no say where a token is sent', async () => {
    const answer = await ask(`${url}/api/v1/openapi.json`, {
      headers: { cookie, origin: 'https://evil.test', authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
  });
});

describe('every answer', () => {
  it.each(['/', '/healthz', '/api/v1/nothing', '/api/v1/openapi.json', '/api/docs'])(
    'of %s forbids frames, guessing of types and referrers',
    async (path) => {
      const { headers } = await ask(url + path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['x-powered-by']).toBeUndefined();
    },
  );

  it.each(['/healthz', '/api/v1/nothing', '/api/v1/openapi.json'])('of %s is kept by nobody and runs nothing', async (path) => {
    const { headers } = await ask(url + path);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
  });
});
