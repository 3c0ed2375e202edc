import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';

import type { WantedPort } from '../../domain/networks/networks.ports.js';
import { PortPublisher } from './port-publisher.js';

const want = (hostPort: number, hostAddress: string | null = '127.0.0.1'): WantedPort => ({
  hostAddress,
  hostPort,
  containerPort: 80,
  protocol: 'tcp',
});

async function occupied(): Promise<{ port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => server.close(resolve))),
  };
}

describe('publishing ports', () => {
  it('finds a free port where none was asked for, another for each container', async () => {
    const publisher = new PortPublisher(() => true);
    const decided = await Promise.all(['one', 'two', 'three'].map((owner) => publisher.publish(owner, [want(0), want(0)])));
    const ports = decided.flat().map(({ hostPort }) => hostPort);
    expect(new Set(ports).size).toBe(6);
    expect(ports.every((port) => port > 0)).toBe(true);
  });

  it('publishes on all addresses of both families with one port number', async () => {
    const publisher = new PortPublisher(() => true);
    const [one, two] = await publisher.publish('one', [want(0, null)]);
    expect([one?.hostAddress, two?.hostAddress]).toEqual(['0.0.0.0', '::']);
    expect(one?.hostPort).toBe(two?.hostPort);
  });

  it('refuses a port that another process listens on, by its number', async () => {
    await using other = await occupied();
    const publisher = new PortPublisher(() => true);
    await expect(publisher.publish('one', [want(0), want(other.port)])).rejects.toMatchObject({
      code: 'port_in_use',
      message: `port ${other.port}/tcp of 127.0.0.1 is in use; publish on another host port`,
    });
    await expect(publisher.publish('one', [want(other.port, null)])).rejects.toMatchObject({ code: 'port_in_use' });
  });

  it('gives one port to one of twenty containers that ask at once', async () => {
    const publisher = new PortPublisher(() => false);
    const [free] = await publisher.publish('probe', [want(0)]);
    publisher.release('probe');
    const asked = Array.from({ length: 20 }, (_, at) => publisher.publish(`c${at}`, [want(free?.hostPort ?? 0)]));
    const settled = await Promise.allSettled(asked);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('holds ports that were in force before the server started, until their container ends', async () => {
    const publisher = new PortPublisher(() => false);
    const [held] = await publisher.publish('probe', [want(0)]);
    publisher.release('probe');
    const port = held ?? { ...want(0), hostAddress: '127.0.0.1' };
    publisher.adopt('kv1', [port]);
    await expect(publisher.publish('one', [want(port.hostPort)])).rejects.toMatchObject({ code: 'port_in_use' });
    publisher.release('kv1');
    await expect(publisher.publish('one', [want(port.hostPort)])).resolves.toHaveLength(1);
  });
});
