import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegistryClient } from '../src/index.js';

const platform = { os: 'linux', architecture: 'amd64' };
const NAME = 'registry.invalid';

// A registry with a name needs a name server; a proxy that takes every name for one server does as well.
describe('a registry whose certificate nobody knows', () => {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const tls = { port: 0, stop: async () => {} };
  const proxy = { port: 0, tunnels: [] as string[], stop: async () => {} };

  beforeAll(async () => {
    const server = createHttps(await selfSigned(), (request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    tls.port = (server.address() as AddressInfo).port;
    tls.stop = async () => void server.close();

    const tunnel = createHttp().listen(0, '127.0.0.1');
    tunnel.on('connect', (request, socket: Socket) => {
      proxy.tunnels.push(request.url ?? '');
      const onward = connect(tls.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const one of [onward, socket]) sockets.add(one.on('error', () => undefined));
    });
    await once(tunnel, 'listening');
    proxy.port = (tunnel.address() as AddressInfo).port;
    proxy.stop = async () => void tunnel.close();
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all([tls.stop(), proxy.stop()]);
  });

  const pull = async (insecureRegistries: string[]) => {
    const url = `http://127.0.0.1:${proxy.port}`;
    const client = createRegistryClient({
      version: '0',
      retry: { attempts: 1 },
      insecureRegistries,
      proxy: { httpProxy: url, httpsProxy: url },
    });
    try {
      await client.resolve(`${NAME}/app:1`, { platform });
    } finally {
      await client.close();
    }
  };

  it('is refused, gets no request, and is not asked in plain HTTP instead', async () => {
    await expect(pull([])).rejects.toThrow(`${NAME} cannot be reached: its certificate is self-signed`);
    expect(asked).toEqual([]);
    expect(new Set(proxy.tunnels)).toEqual(new Set([`${NAME}:443`]));
  });

  it('is asked over HTTPS when it is listed as insecure', async () => {
    await expect(pull([NAME])).rejects.toThrow('is no registry: it has no /v2/');
    expect(asked).toEqual(['/v2/']);
  });
});

async function selfSigned(): Promise<{ key: Buffer; cert: Buffer }> {
  const dir = await mkdtemp(join(tmpdir(), 'keelson-cert-'));
  try {
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const subject = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`];
    await promisify(execFile)('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      key,
      '-out',
      cert,
    ]);
    return { key: await readFile(key), cert: await readFile(cert) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
