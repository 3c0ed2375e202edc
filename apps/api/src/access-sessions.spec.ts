import 'reflect-metadata';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningServer, startServer } from './server.js';
import { type Answer, ask, codeOf } from './testing/ask.js';
import { type TestInstance, testInstance } from './testing/test-instance.js';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

let instance: TestInstance;
let server: RunningServer;
let now: number;

beforeAll(async () => {
  instance = await testInstance();
  // Only the clocks: the server's own timers run on.
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  now = Date.now();
  server = await startServer(instance.config);
});
afterAll(async () => {
  await server.close();
  vi.useRealTimers();
  await instance.remove();
});
afterEach(() => void vi.setSystemTime(now));

async function restart(): Promise<void> {
  await server.close();
  server = await startServer(instance.config);
}

const later = (milliseconds: number) => vi.setSystemTime(now + milliseconds);
const adminToken = () => readFileSync(join(instance.config.root, 'admin-token'), 'utf8').trim();
const linkToken = () => new URL(server.signInLink).hash.replace('#token=', '');
const signIn = (token: string) => ask(`${server.url}/api/v1/sessions`, { method: 'POST', body: { token } });
const cookieOf = ({ headers }: Answer) => headers['set-cookie']?.[0]?.split(';')[0] ?? '';
const current = (cookie: string) => ask(`${server.url}/api/v1/sessions/current`, { headers: { cookie } });

describe('the one-time link', () => {
  it('signs the first administrator in, once', async () => {
    const first = await signIn(linkToken());
    expect(first.status).toBe(201);
    expect(JSON.parse(first.text)).toEqual({
      principal: { id: 'admin', name: 'admin', role: 'admin' },
      tenant: { id: 'default', name: 'default' },
      expiresAt: new Date(now + 7 * DAY).toISOString(),
    });
    const second = await signIn(linkToken());
    expect(second.status).toBe(401);
    expect(codeOf(second)).toBe('link_expired');
  });

  it('lets one of two in who come at once', async () => {
    await restart();
    const answers = await Promise.all([signIn(linkToken()), signIn(linkToken())]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401]);
  });

  it('carries its token where browsers keep it to themselves', () => {
    expect(server.signInLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in#token=link-[\w-]{43}$/);
  });

  it('is void after a day', async () => {
    await restart();
    later(DAY);
    expect(codeOf(await signIn(linkToken()))).toBe('link_expired');
  });

  it('is void once the server was started again', async () => {
    const old = linkToken();
    await restart();
    expect(linkToken()).not.toBe(old);
    expect(codeOf(await signIn(old))).toBe('link_expired');
    expect((await signIn(linkToken())).status).toBe(201);
  });
});

describe('a session', () => {
  it('is a cookie that no script and no other site gets', async () => {
    const [cookie] = (await signIn(adminToken())).headers['set-cookie'] ?? [];
    const [pair, ...flags] = (cookie ?? '').split('; ');
    expect(pair).toMatch(/^keelson_session=[\w-]{43}$/);
    expect(flags).toEqual(['Path=/', expect.stringMatching(/^Expires=/), 'HttpOnly', 'SameSite=Strict']);
  });

  it('says who is signed in', async () => {
    const answer = await current(cookieOf(await signIn(adminToken())));
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ principal: { id: 'admin' }, tenant: { id: 'default' } });
  });

  it('outlives the server', async () => {
    const cookie = cookieOf(await signIn(adminToken()));
    await restart();
    expect((await current(cookie)).status).toBe(200);
  });

  it('ends after a week in which nobody used it', async () => {
    const cookie = cookieOf(await signIn(adminToken()));
    later(7 * DAY);
    expect(codeOf(await current(cookie))).toBe('unauthenticated');
  });

  it('lasts a week longer from each use, written down once an hour at most', async () => {
    const cookie = cookieOf(await signIn(adminToken()));
    const expiresAt = async () => (JSON.parse((await current(cookie)).text) as { expiresAt: string }).expiresAt;
    const first = await expiresAt();
    later(HOUR - 1);
    expect(await expiresAt()).toBe(first);
    later(6 * DAY);
    expect(await expiresAt()).toBe(new Date(now + 13 * DAY).toISOString());
    later(12 * DAY);
    expect((await current(cookie)).status).toBe(200);
  });

  it('renews the browser’s copy with its own', async () => {
    const cookie = cookieOf(await signIn(adminToken()));
    later(6 * DAY);
    const answer = await current(cookie);
    expect(answer.headers['set-cookie']?.[0]).toContain(new Date(now + 13 * DAY).toUTCString());
    expect(cookieOf(answer)).toBe(cookie);
  });

  it('is over once signed out, for every copy of the cookie', async () => {
    const cookie = cookieOf(await signIn(adminToken()));
    const out = await ask(`${server.url}/api/v1/sessions/current`, { method: 'DELETE', headers: { cookie } });
    expect(out.status).toBe(204);
    expect(out.headers['set-cookie']?.[0]).toMatch(/^keelson_session=; Path=\/; Expires=Thu, 01 Jan 1970/);
    expect((await current(cookie)).status).toBe(401);
  });

  it('leaves the others of the same person alone when it ends', async () => {
    const [one, other] = [cookieOf(await signIn(adminToken())), cookieOf(await signIn(adminToken()))];
    await ask(`${server.url}/api/v1/sessions/current`, { method: 'DELETE', headers: { cookie: one } });
    expect((await current(other)).status).toBe(200);
  });

  it('is not what an API token has', async () => {
    const answer = await ask(`${server.url}/api/v1/sessions/current`, { headers: { authorization: `Bearer ${adminToken()}` } });
    expect(codeOf(answer)).toBe('unauthenticated');
  });

  it('cannot be opened by a form of another site, which sends no JSON', async () => {
    const answer = await ask(`${server.url}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: { token: adminToken() },
    });
    expect(answer.status).toBe(400);
  });
});

describe('a WebSocket', () => {
  async function open(headers: Record<string, string>): Promise<WebSocket> {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/ws/events`, { headers });
    await once(socket, 'open');
    return socket;
  }

  it('closes when the session that opened it is signed out, and the others stay', async () => {
    const [cookie, other] = [cookieOf(await signIn(adminToken())), cookieOf(await signIn(adminToken()))];
    const sockets = [await open({ cookie }), await open({ cookie: other }), await open({ authorization: `Bearer ${adminToken()}` })];
    const [first, second, third] = sockets;
    const closed = once(first as WebSocket, 'close');
    await ask(`${server.url}/api/v1/sessions/current`, { method: 'DELETE', headers: { cookie } });
    expect((await closed)[0]).toBe(1008);
    expect([second?.readyState, third?.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
    for (const socket of sockets) socket.terminate();
  });

  it.each([
    ['of a page of another site', (cookie: string) => ({ cookie, origin: 'https://evil.test' }), 403],
    ['of nobody', () => ({}), 401],
    ['to a name that is not ours', (cookie: string) => ({ cookie, host: 'evil.test' }), 421],
  ])('%s is refused before it opens', async (_, headers, status) => {
    const cookie = cookieOf(await signIn(adminToken()));
    const opening = open(headers(cookie));
    await expect(opening).rejects.toThrow(`Unexpected server response: ${status}`);
  });
});

describe('who tries tokens', () => {
  it('has to wait after ten failures, and is told how long', async () => {
    await restart();
    for (let failure = 0; failure < 10; ++failure) expect((await signIn('x')).status).toBe(401);
    const refused = await signIn(adminToken());
    expect(refused.status).toBe(429);
    expect(codeOf(refused)).toBe('too_many_requests');
    expect(refused.headers['retry-after']).toBe('6');
    vi.advanceTimersByTime(6_000);
    expect((await signIn(adminToken())).status).toBe(201);
  });

  it('gains nothing by asking all at once', async () => {
    await restart();
    const answers = await Promise.all(Array.from({ length: 30 }, () => signIn('x')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });

  it('is not slowed down by signing in rightly', async () => {
    await restart();
    for (let time = 0; time < 15; ++time) expect((await signIn(adminToken())).status).toBe(201);
  });
});
