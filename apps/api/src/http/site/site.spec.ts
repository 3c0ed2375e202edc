import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { site } from './site.js';

const home = mkdtempSync(join(tmpdir(), 'site-'));
const app = express()
  .use(site(join(home, 'out')))
  .get('/api/v1/x', (_, response) => void response.send('api'));
const server = createServer(app);

beforeAll(async () => {
  mkdirSync(join(home, 'out/_next/static'), { recursive: true });
  mkdirSync(join(home, 'out/containers/_'), { recursive: true });
  writeFileSync(join(home, 'secret'), 'secret');
  writeFileSync(join(home, 'out/index.html'), '<script>let a = 1</script><script src="/x.js"></script>');
  writeFileSync(join(home, 'out/404.html'), 'nothing here');
  writeFileSync(join(home, 'out/containers/_/logs.html'), 'logs page');
  writeFileSync(join(home, 'out/_next/static/a.js'), 'code');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true });
});

/** Not fetch, which would tidy the path up. */
async function get(path: string): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', path }).end();
  const [response] = await once(sent, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

describe('the dashboard', () => {
  it('opens a page of any container directly', async () => {
    expect(await get(`/containers/${'b'.repeat(64)}/logs`)).toMatchObject({ status: 200, body: 'logs page' });
  });

  it('allows its own inline scripts by their hashes, and no others', async () => {
    const policy = (await get('/')).headers['content-security-policy'];
    expect(policy).toContain("script-src 'self' 'sha256-");
    expect(policy).not.toContain("script-src 'self' 'unsafe-inline'");
  });

  it('lets browsers keep what never changes, and ask again for pages', async () => {
    expect((await get('/_next/static/a.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/')).headers['cache-control']).toBe('no-cache');
  });

  it('says what is not there with its own page', async () => {
    expect(await get('/nothing')).toMatchObject({ status: 404, body: 'nothing here' });
  });

  it.each(['/../secret', '/%2e%2e/secret', '/..%2fsecret', '/_next/static/../../../secret', '/%00', '/%zz'])(
    'gives out nothing else: %s',
    async (path) => {
      const { status, body } = await get(path);
      expect(status).toBe(404);
      expect(body).not.toContain('secret');
    },
  );

  it('leaves the API alone', async () => {
    expect(await get('/api/v1/x')).toMatchObject({ status: 200, body: 'api' });
  });
});
