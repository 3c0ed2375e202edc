import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { type TerminalClientMessage, terminalServerMessage, WS_ROUTES } from '@keelson/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { ApiFailure } from '../support/client.js';
import { addMember } from '../support/members.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const suite = useSuite({ images: ['busybox'] });
let id: string;
let name: string;

beforeAll(async () => {
  const container = await suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sh', '-c', 'echo hello; sleep 1000'],
    start: true,
  });
  ({ id, name } = container);
});

const stranger = () => new Api(suite.server.baseUrl, undefined);

/** Runs `find` as somebody else and returns what it could name. */
async function foundBy(uid: number, place: string): Promise<string[]> {
  const child = spawn('/usr/bin/find', [place, '-mindepth', '1'], { uid, gid: uid, stdio: ['ignore', 'pipe', 'ignore'], cwd: '/' });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child, 'close');
  return output.split('\n').filter(Boolean);
}

describe('the directories of an instance', () => {
  it('1c 31: show nothing below the state directory to any other user, those of containers included', async () => {
    const { hostUidBase } = await suite.api.containers.inspect(id);
    for (const uid of [65_534, 1000, hostUidBase, hostUidBase + 1000, 0x7fff0000])
      expect(await foundBy(uid, suite.instance.root), `${uid}`).toEqual([]);
  });

  it('1c 31: of the run directory nothing that can be opened or spoken to', async () => {
    const { hostUidBase } = await suite.api.containers.inspect(id);
    const seen = await foundBy(hostUidBase, suite.instance.run);
    expect(seen.filter((path) => path.includes(id))).toEqual([]);
  });

  it('1c 26: control sockets are files of root in a directory of root', async () => {
    const run = join(suite.instance.run, 'c', id);
    expect((await stat(run)).mode & 0o777).toBe(0o700);
    expect((await stat(join(run, 'ctl'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(run, 'ctl'))).uid).toBe(0);
  });

  it('1c 31: what a container may write is its own upper directory, nothing else of its files', async () => {
    const home = join(suite.instance.root, 'containers', id);
    for (const file of await readdir(home)) {
      if (['upper', 'work', 'hosts', 'hostname', 'resolv.conf'].includes(file)) continue;
      expect((await stat(join(home, file))).uid, file).toBe(0);
    }
  });
});

describe('names and ids that climb', () => {
  const climbing = [
    '..',
    '../..',
    '..%2f..',
    '%2e%2e%2f',
    '%00',
    'a%00b',
    '/etc/passwd',
    '....//',
    '..\\..',
    'x'.repeat(4096),
    '\u202e',
    '%ff',
    'a/../b',
    "';id",
    '$(id)',
    '`id`',
  ];

  it.each(climbing)('1c 35: %s is refused by every route that takes one, and is no fault of ours', async (bad) => {
    const encoded = encodeURIComponent(bad);
    const tries: [string, string, object?][] = [];
    for (const one of [bad, encoded]) {
      tries.push(['GET', `/containers/${one}`], ['DELETE', `/containers/${one}?force=true`], ['GET', `/containers/${one}/logs`]);
      tries.push(['POST', `/containers/${one}/start`, {}], ['POST', `/containers/${one}/exec`, { command: ['id'] }]);
      tries.push(['GET', `/images/${one}`], ['DELETE', `/images/${one}`], ['POST', '/containers', { image: bad }]);
      tries.push(['POST', '/containers', { image: 'busybox', name: bad }], ['POST', `/containers/${id}/rename`, { name: bad }]);
    }
    for (const [method, path, body] of tries) {
      const response = await suite.api.fetch(method, path, body ? { body } : {});
      const text = await response.text();
      expect(response.status, `${method} ${path.slice(0, 80)} ${text.slice(0, 200)}`).toBeGreaterThanOrEqual(400);
      expect(response.status, `${method} ${path.slice(0, 80)} ${text.slice(0, 200)}`).toBeLessThan(500);
    }
    expect((await suite.api.containers.inspect(id)).name).toBe(name);
  });

  it.each([
    '/../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%00',
    '/.env',
    '//etc/passwd',
    '/_next/..%2f..%2f..%2fpackage.json',
  ])('1c 35: the dashboard serves nothing of the host for %s', async (path) => {
    const { hostname, port } = new URL(suite.server.baseUrl);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${suite.instance.listen}\r\nConnection: close\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 [234]\d\d/);
    expect(answer).not.toMatch(/root:x:0|"workspaces"|"devDependencies"/);
  });
});

describe('texts that others write', () => {
  const evil = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>';

  it('3b: labels, log text and errors are answered as data that no browser runs', async () => {
    const made = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['echo', evil],
      labels: { evil },
      start: true,
    });
    await suite.api.containers.wait(made.id);
    for (const path of [`/containers/${made.id}`, `/containers/${made.id}/logs`, `/containers/${encodeURIComponent(evil)}`]) {
      const response = await suite.api.fetch('GET', path);
      expect(response.headers.get('content-type'), path).toMatch(/^application\/(json|x-ndjson)/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
      await response.body?.cancel();
    }
  });

  it.each(['a\nb', 'a\rb', 'a\0b'])('1c 36: %j in a name, host name, user or directory is refused', async (text) => {
    for (const field of [{ name: text }, { hostname: text }, { user: text }, { workingDir: `/${text}` }]) {
      const response = await suite.api.fetch('POST', '/containers', { body: { image: suite.image('busybox'), ...field } });
      expect(response.status, JSON.stringify(field)).toBe(400);
      await response.body?.cancel();
    }
  });
});

describe('credentials', () => {
  it('1f 54: in an address open nothing', async () => {
    const token = await suite.server.token();
    for (const query of [{ token }, { access_token: token }, { authorization: `Bearer ${token}` }])
      expect((await stranger().fetch('GET', '/containers', { query })).status).toBe(401);
    await expect(stranger().socket(WS_ROUTES.events, { token })).rejects.toThrow('401');
  });

  it.each(['', 'same-site', 'cross-site'])('3b: a form of another page changes nothing (Sec-Fetch-Site: %j)', async (site) => {
    const opened = await stranger().fetch('POST', '/sessions', { body: { token: await suite.server.token() } });
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const body = new TextEncoder().encode('{"signal":"KILL"}');
    const headers = { cookie, origin: 'https://evil.example', 'content-type': 'text/plain', ...(site && { 'sec-fetch-site': site }) };
    const response = await stranger().fetch('POST', `/containers/${id}/kill`, { body, headers });
    expect(response.status).toBe(403);
    expect((await suite.api.containers.inspect(id)).state).toBe('running');
  });
});

describe('a member of another tenant', () => {
  let other: Api;
  beforeAll(() => {
    other = new Api(suite.server.baseUrl, addMember(suite.instance, { name: 'oto', tenant: 'other', role: 'admin' }));
  });

  it('sees no container, image or event of the first', async () => {
    expect(await other.containers.list()).toEqual([]);
    expect(await other.images.list()).toEqual([]);
    const events = await other.fetch('GET', '/events');
    expect(await events.text()).not.toContain(id);
  });

  it.each(['GET', 'DELETE'])('%s of its id, name or prefix says that there is none', async (method) => {
    for (const reference of [id, name, id.slice(0, 12)]) expect((await other.fetch(method, `/containers/${reference}`)).status).toBe(404);
  });

  it.each(['start', 'stop', 'restart', 'kill', 'wait', 'pause', 'unpause', 'exec', 'rename'])('%s says the same', async (verb) => {
    const body = verb === 'exec' ? { command: ['id'] } : verb === 'rename' ? { name: 'mine' } : {};
    expect((await other.fetch('POST', `/containers/${id}/${verb}`, { body })).status).toBe(404);
    expect((await suite.api.containers.inspect(id)).state).toBe('running');
  });

  it('reads neither its logs nor its figures, by REST or by WebSocket', async () => {
    for (const what of ['logs', 'stats']) expect((await other.fetch('GET', `/containers/${id}/${what}`)).status).toBe(404);
    const outcome = await other.socket(WS_ROUTES.logs(id)).then(
      async (socket) => {
        await socket.closed();
        return 'closed';
      },
      () => 'refused',
    );
    expect(['closed', 'refused']).toContain(outcome);
  });

  it('opens no terminal in it and resumes none of its own people’s', async () => {
    const size = { rows: 24, cols: 80 };
    const first = await suite.api.socket(WS_ROUTES.terminal);
    first.send({ type: 'exec', container: id, command: ['sh'], ...size });
    const opened = await first.next(terminalServerMessage);
    if (opened.type !== 'opened') throw new Error(JSON.stringify(opened));
    const tries: TerminalClientMessage[] = [
      { type: 'exec', container: id, command: ['sh'], ...size },
      { type: 'attach', container: id, ...size },
      { type: 'resume', terminal: opened.terminal, ...size },
    ];
    for (const message of tries) {
      const socket = await other.socket(WS_ROUTES.terminal);
      socket.send(message);
      expect((await socket.next(terminalServerMessage)).type, message.type).toBe('error');
      socket.terminate();
    }
    first.send({ type: 'close' });
    await first.closed();
  });
});

describe('places that a registry’s name must not lead to (3b SSRF)', () => {
  async function refusal(reference: string): Promise<string> {
    try {
      const last = (await suite.api.images.pull({ reference })).at(-1);
      return last?.type === 'error' ? last.message : `pulled ${reference}`;
    } catch (error) {
      if (error instanceof ApiFailure && error.status < 500) return error.message;
      throw error;
    }
  }

  it.each([
    '169.254.169.254/latest/meta-data',
    '169.254.169.254:80/a/b',
    '2852039166:80/a/b',
    '0xa9fea9fe:80/a/b',
    '0251.0376.0251.0376:80/a/b',
    '100.100.100.200:80/a/b',
    '0.0.0.0:80/a/b',
  ])('%s is refused before a packet is sent', async (reference) => {
    expect(await refusal(reference)).toMatch(/refused|may not be used|invalid|not a valid|reference/i);
  });

  it('a redirect to metadata is not followed, and the next host gets no credentials', async () => {
    const front = createServer((request, response) => {
      if (request.url === '/v2/') return response.writeHead(200).end('{}');
      response.writeHead(307, { location: `http://169.254.169.254${request.url}` }).end();
    });
    front.listen(0, '127.0.0.1');
    await once(front, 'listening');
    const message = await refusal(`127.0.0.1:${(front.address() as AddressInfo).port}/evil/image:1`);
    front.close();
    expect(message).toMatch(/169\.254\.169\.254/);
    expect(message).toMatch(/refused|may not/);
  });
});

describe('a client that asks for too much (1c 33, 3b)', () => {
  const memory = async () => Number(/^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${suite.server.pid}/status`, 'utf8'))?.[1]) * 1024;
  const files = async () => (await readdir(`/proc/${suite.server.pid}/fd`)).length;

  it('a hundred sockets that never read, a thousand resizes and long bodies leave no trace', async () => {
    const [memoryBefore, filesBefore] = [await memory(), await files()];
    const silent = await Promise.all(Array.from({ length: 100 }, () => suite.api.socket(WS_ROUTES.events)));
    for (const socket of silent) socket.raw.pause();
    const terminal = await suite.api.socket(WS_ROUTES.terminal);
    terminal.send({ type: 'exec', container: id, command: ['sh'], rows: 24, cols: 80 });
    await terminal.next(terminalServerMessage);
    for (let at = 0; at < 1000; ++at) terminal.send({ type: 'resize', rows: 1 + (at % 100), cols: 80 });
    const body = new TextEncoder().encode(`{"image":"${'x'.repeat(8 << 20)}"}`);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        suite.api.fetch('POST', '/containers', { body, headers: { 'content-type': 'application/json' } }).then(
          ({ status }) => status,
          () => 413,
        ),
      ),
    );
    expect(new Set(answers)).toEqual(new Set([413]));
    expect((await suite.api.containers.list()).length).toBeGreaterThan(0);
    for (const socket of [...silent, terminal]) socket.terminate();
    // What `fetch` keeps open for its next request, and the shell, which waits for its terminal to come back, stay.
    await until(files, (now) => now <= filesBefore + 25);
    expect((await memory()) - memoryBefore).toBeLessThan(128 << 20);
  });

  it('a container that floods its log costs neither the API nor the disk', async () => {
    const flood = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'yes 0123456789012345678901234567890123456789012345678901234567890123 & sleep 3; kill $!'],
      log: { maxBytes: 1 << 20, maxFiles: 2 },
      start: true,
    });
    const slowest = [];
    for (let at = 0; at < 20; ++at) {
      const begun = performance.now();
      await suite.api.containers.list();
      slowest.push(performance.now() - begun);
    }
    await suite.api.containers.wait(flood.id);
    expect(Math.max(...slowest)).toBeLessThan(2000);
    const logs = join(suite.instance.root, 'containers', flood.id, 'logs');
    const sizes = await Promise.all((await readdir(logs)).map(async (file) => (await stat(join(logs, file))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(4 << 20);
  });
});
