import 'reflect-metadata';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { apiError, imageList, imageSummary, pullProgress, removeImageResult } from '@keelson/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archive, file } from '../../../packages/runtime-native/test/support/tar.js';
import { type DockerRegistry, startDockerRegistry } from '../../../tests/support/registry.js';
import { type RunningServer, startServer } from './server.js';
import { secondTenant } from './testing/second-tenant.js';
import { stallingFront } from './testing/stalling-front.js';
import { type TestInstance, testInstance } from './testing/test-instance.js';
import { layer, push } from './testing/tiny-image.js';

const TAR = new Uint8Array(archive(file('bin/sh', 'shell')));

let registry: DockerRegistry;
let instance: TestInstance;
let server: RunningServer;
let ali: string;
let bea: string;

beforeAll(async () => {
  registry = await startDockerRegistry();
});
afterAll(() => registry.close());
beforeEach(async () => {
  instance = await testInstance();
  bea = await secondTenant(instance.config);
  server = await startServer(instance.config);
  ali = readFileSync(join(instance.config.root, 'admin-token'), 'utf8').trim();
});
afterEach(async () => {
  await server.close();
  await instance.remove();
});

function rest(token: string, method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  return fetch(`${server.url}/api/v1${path}`, { ...init, method, headers });
}

function importing(token: string, query: Record<string, string>, body = TAR): Promise<Response> {
  return rest(token, 'POST', `/images/import?${new URLSearchParams(query)}`, { body, headers: { 'content-type': 'application/x-tar' } });
}

function pulling(token: string, reference: string, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return rest(token, 'POST', '/images/pull', { body: JSON.stringify({ reference }), headers, ...(signal && { signal }) });
}

async function imported(token: string, reference: string) {
  const response = await importing(token, { reference, cmd: '["/bin/sh"]' });
  expect(response.status).toBe(201);
  return imageSummary.strict().parse(await response.json());
}

async function refused(asked: Promise<Response>) {
  const response = await asked;
  return { status: response.status, ...apiError.parse(await response.json()) };
}

/** Of the one download that was begun. */
function bytesUnderWay(): number {
  const incoming = join(instance.config.root, 'images/incoming/default');
  const [name = ''] = existsSync(incoming) ? readdirSync(incoming) : [];
  return name === '' ? 0 : statSync(join(incoming, name)).size;
}

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => pullProgress.parse(JSON.parse(line)));
const list = async (token: string) => imageList.parse(await (await rest(token, 'GET', '/images')).json());

describe('two tenants', () => {
  it('see their own images only, by reference, id or in the list', async () => {
    const image = await imported(ali, 'mine/base:1');
    expect((await list(ali)).map(({ id }) => id)).toEqual([image.id]);
    expect(await list(bea)).toEqual([]);
    for (const ref of ['mine/base:1', image.id, image.id.slice(7, 19)]) {
      const path = `/images/${encodeURIComponent(ref)}`;
      expect((await rest(ali, 'GET', path)).status).toBe(200);
      expect(await refused(rest(bea, 'GET', path))).toMatchObject({ status: 404, code: 'image_not_found' });
      expect(await refused(rest(bea, 'DELETE', path))).toMatchObject({ status: 404, code: 'image_not_found' });
    }
  });

  it('use the same name for images of their own, and what one removes the other keeps', async () => {
    const [hers, his] = [await imported(bea, 'base:1'), await imported(ali, 'base:1')];
    expect(hers.id).not.toBe(his.id);
    const removed = removeImageResult.parse(await (await rest(bea, 'DELETE', '/images/base%3A1')).json());
    expect(removed).toEqual({ untagged: ['base:1'], deleted: [hers.id] });
    expect(await list(bea)).toEqual([]);
    expect((await list(ali)).map(({ id, references }) => ({ id, references }))).toEqual([{ id: his.id, references: ['base:1'] }]);
  });
});

describe('an import', () => {
  it('wants its command as a JSON array', async () => {
    expect(await refused(importing(ali, { reference: 'a', cmd: 'sh' }))).toMatchObject({ status: 400, details: { field: 'cmd' } });
  });

  it('wants a reference', async () => {
    expect(await refused(importing(ali, {}))).toMatchObject({ status: 400, code: 'invalid_input', details: { field: 'reference' } });
  });

  it('does not take JSON for an archive', async () => {
    const init = { body: '{}', headers: { 'content-type': 'application/json' } };
    expect(await refused(rest(ali, 'POST', '/images/import?reference=a', init))).toMatchObject({ status: 400, code: 'invalid_input' });
  });

  it('may be one of four at a time; a fifth is refused, and another tenant is not', async () => {
    const open = [1, 2, 3, 4].map(() => new TransformStream<Uint8Array>());
    const senders = open.map(({ writable }) => writable.getWriter());
    const four = open.map(({ readable }, n) => {
      const init = { body: readable, duplex: 'half', headers: { 'content-type': 'application/x-tar' } } as RequestInit;
      return rest(ali, 'POST', `/images/import?reference=n${n}`, init);
    });
    // A read of what was written means that the request is on its way.
    for (const sender of senders) await sender.write(TAR.subarray(0, 512));
    await expect.poll(async () => (await importing(ali, { reference: 'fifth' })).status, { timeout: 5_000 }).toBe(429);
    expect((await importing(bea, { reference: 'first' })).status).toBe(201);
    for (const sender of senders) {
      await sender.write(TAR.subarray(512));
      await sender.close();
    }
    expect((await Promise.all(four)).map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  });
});

describe('a pull', () => {
  it('checks the reference before the first byte', async () => {
    expect(await refused(pulling(ali, 'Team/UPPER'))).toMatchObject({ status: 400, code: 'reference_invalid' });
  });

  it('ends its stream with the error where the registry fails', async () => {
    const response = await pulling(ali, `${registry.host}/team/nowhere:1`);
    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    expect(lines(await response.text())).toEqual([
      expect.objectContaining({
        type: 'error',
        code: 'image_not_found',
        message: expect.stringContaining(`${registry.host}/team/nowhere:1`),
      }),
    ]);
  });

  it('that two ask for at once is done once', async () => {
    const { reference } = await push({ host: registry.host, repository: 'rest/twice', tag: '1', layers: [layer({ c: 'c' }, 2_000_000)] });
    const front = await stallingFront(registry.host, 600_000);
    try {
      const name = reference.replace(registry.host, front.host);
      const one = await pulling(ali, name);
      await front.stalled;
      const two = await pulling(ali, name);
      front.release();
      const [first, second] = await Promise.all([one.text(), two.text()]);
      expect([first, second].map((text) => lines(text).at(-1)?.type)).toEqual(['done', 'done']);
      // The config and the one layer.
      expect(front.asked.filter((path) => path.includes('/blobs/'))).toHaveLength(2);
    } finally {
      await front.close();
    }
  });

  it('lets go of a registry that sends nothing when its client leaves', async () => {
    const { reference } = await push({ host: registry.host, repository: 'rest/stalls', tag: '1', layers: [layer({ a: 'a' }, 2_000_000)] });
    const front = await stallingFront(registry.host, 600_000);
    try {
      const client = new AbortController();
      await pulling(ali, reference.replace(registry.host, front.host), client.signal);
      // Nothing more comes: no further line of progress can find the client gone.
      await expect.poll(() => bytesUnderWay(), { timeout: 5_000 }).toBe(600_000);
      client.abort();
      await front.left;
    } finally {
      await front.close();
    }
  });

  it('by a stopping server ends, and the next server goes on where it was', async () => {
    const { reference } = await push({ host: registry.host, repository: 'rest/resumes', tag: '1', layers: [layer({ b: 'b' }, 2_000_000)] });
    const front = await stallingFront(registry.host, 600_000);
    try {
      const name = reference.replace(registry.host, front.host);
      const first = (await pulling(ali, name)).text().catch(() => 'cut');
      await front.stalled;
      await server.close();
      await first;
      front.release();
      server = await startServer(instance.config);
      expect(await list(ali)).toEqual([]);
      expect(lines(await (await pulling(ali, name)).text()).at(-1)?.type).toBe('done');
      expect(front.asked.at(-1)).toMatch(/ bytes=[1-9]\d*-$/);
    } finally {
      await front.close();
    }
  });
});
