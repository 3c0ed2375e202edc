import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { containerList, health, session } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite();
const stranger = () => new Api(suite.server.baseUrl, undefined);
const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

describe('without a token', () => {
  it.each([
    ['GET', '/containers'],
    ['POST', '/containers'],
    ['GET', `/containers/${'a'.repeat(64)}`],
    ['GET', '/images'],
    ['POST', '/images/pull'],
    ['GET', '/events'],
    ['GET', '/system'],
  ])('%s %s is refused', async (method, path) => {
    const response = await stranger().fetch(method, path, method === 'POST' ? { body: {} } : {});
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'unauthenticated' });
  });

  it('health answers', async () => {
    const response = await stranger().fetch('GET', '//healthz');
    expect(health.parse(await response.json()).status).toBe('ok');
  });

  it('a made-up token is refused', async () => {
    await expectFailure(new Api(suite.server.baseUrl, 'x'.repeat(40)).containers.list(), 'unauthenticated');
  });

  it.each(['/api/v1/ws/events', '/api/v1/ws/metrics', '/api/v1/ws/terminal'])(
    'the WebSocket %s is refused before it opens',
    async (path) => {
      await expect(stranger().socket(path)).rejects.toThrow('refused with status 401');
    },
  );
});

describe('the administrator’s token', () => {
  it('lies in a file that only root can read, and opens the API', async () => {
    const file = join(suite.instance.root, 'admin-token');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await new Api(suite.server.baseUrl, (await readFile(file, 'utf8')).trim()).containers.list()).toEqual([]);
  });

  it('outlives a restart of the server', async () => {
    const before = await suite.server.token();
    await suite.server.stop();
    await suite.startServer();
    expect(await suite.server.token()).toBe(before);
    expect(await new Api(suite.server.baseUrl, before).containers.list()).toEqual([]);
  });
});

describe('the one-time link', () => {
  const signIn = (token: string) => stranger().fetch('POST', '/sessions', { body: { token } });
  const linkToken = () => /token=([^&\s]+)/.exec(suite.server.signInLink)?.[1] ?? '';

  it('signs in once, with a cookie that no script can read', async () => {
    const token = linkToken();
    const first = await signIn(token);
    expect(first.ok).toBe(true);
    expect(first.headers.get('set-cookie')).toMatch(/^keelson_session=.*HttpOnly.*SameSite=(Strict|Lax)/i);
    expect(session.parse(await first.json())).toMatchObject({ principal: { role: 'admin' }, tenant: { id: 'default' } });

    const listed = await stranger().fetch('GET', '/containers', { headers: { cookie: cookieOf(first) } });
    expect(containerList.parse(await listed.json())).toEqual([]);

    const second = await signIn(token);
    expect(second.status).toBe(401);
    expect(await second.json()).toMatchObject({ code: 'link_expired' });
  });
});

describe('a session', () => {
  const open = async () => cookieOf(await stranger().fetch('POST', '/sessions', { body: { token: await suite.server.token() } }));

  it('refuses a change that a page of another site asks for', async () => {
    const cookie = await open();
    const body = { image: 'busybox' };
    const foreign = await stranger().fetch('POST', '/containers', { body, headers: { cookie, origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    expect(await foreign.json()).toMatchObject({ code: 'origin_not_allowed' });
    const own = await stranger().fetch('POST', '/containers', { body, headers: { cookie, origin: suite.server.baseUrl } });
    expect(await own.json()).toMatchObject({ code: 'image_not_found' });
  });

  it('refuses a WebSocket that a page of another site opens', async () => {
    const cookie = await open();
    await expect(stranger().socket('/api/v1/ws/events', {}, { cookie, origin: 'https://evil.example' })).rejects.toThrow(
      'refused with status 403',
    );
    const own = await stranger().socket('/api/v1/ws/events', {}, { cookie, origin: suite.server.baseUrl });
    own.close();
    await own.closed();
  });

  it('ends when it is signed out', async () => {
    const cookie = await open();
    const out = await stranger().fetch('DELETE', '/sessions/current', { headers: { cookie, origin: suite.server.baseUrl } });
    expect(out.ok).toBe(true);
    const after = await stranger().fetch('GET', '/containers', { headers: { cookie } });
    expect(after.status).toBe(401);
  });
});

it('a Host header that is no name of this server is refused, token or not', async () => {
  const token = await suite.server.token();
  const url = new URL('/api/v1/containers', suite.server.baseUrl);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(url, { headers: { host: 'rebound.example', authorization: `Bearer ${token}` } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
  expect(status).toBe(421);
});

it('a path that is not there says so in the API’s own shape', async () => {
  const response = await suite.api.fetch('GET', '/nothing-here');
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: 'route_not_found' });
});

it.each([
  ['a field of the wrong kind', { image: 7 }, 'image'],
  ['an unknown field', { image: 'busybox', memory: 1 }, 'memory'],
  ['a limit below the minimum', { image: 'busybox', resources: { memoryBytes: 1024 } }, 'resources.memoryBytes'],
])('%s is named in the refusal', async (_, body, field) => {
  const response = await suite.api.fetch('POST', '/containers', { body });
  expect(response.status).toBe(400);
  expect(JSON.stringify(await response.json())).toContain(field);
});

it('a body that is no JSON is refused as input, not as a fault', async () => {
  const response = await suite.api.fetch('POST', '/containers', {
    body: new TextEncoder().encode('{"image":'),
    headers: { 'content-type': 'application/json' },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'invalid_input' });
});
