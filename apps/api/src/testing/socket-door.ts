import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import type { Principal } from '../domain/access/principal.js';
import { DomainError } from '../domain/errors.js';
import { RequestGate } from '../http/middleware/request-gate.js';
import { UpgradeRouter } from '../http/ws/upgrade-router.js';
import { principalOf } from './container-house.js';
import { MemoryEvents } from './memory-stores.js';

/** Lets in whoever names a tenant. */
class TenantGate extends RequestGate {
  override async admit({ headers }: IncomingMessage): Promise<Principal> {
    const tenant = headers['x-tenant'];
    if (typeof tenant !== 'string') throw new DomainError('unauthenticated', 'sign in first');
    return principalOf(tenant);
  }
}

type Received = Record<string, unknown> | Buffer;

/** A client that keeps what it receives until it is asked for: binary as bytes, text as JSON. */
export class SocketClient {
  private readonly received: Received[] = [];
  private wake = () => {};
  readonly closed: Promise<number>;

  constructor(readonly socket: WebSocket) {
    this.closed = once(socket, 'close').then(([code]) => code as number);
    socket.on('message', (data, isBinary) => {
      this.received.push(isBinary ? (data as Buffer) : (JSON.parse(String(data)) as Record<string, unknown>));
      this.wake();
    });
  }

  async next(): Promise<Received> {
    while (this.received.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.received.shift() as Received;
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }
}

/** The WebSocket door on a port of its own. */
export async function socketDoor() {
  const router = new UpgradeRouter(new TenantGate(), new MemoryEvents());
  const http = createServer();
  router.listen(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const base = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const clients: WebSocket[] = [];
  const dial = (path: string, tenant?: string) => {
    const socket = new WebSocket(base + path, { headers: tenant === undefined ? {} : { 'x-tenant': tenant } });
    socket.on('error', () => undefined);
    clients.push(socket);
    return socket;
  };
  const connect = async (path: string, tenant = 'blue') => {
    const client = new SocketClient(dial(path, tenant));
    await once(client.socket, 'open');
    return client;
  };
  /** The HTTP answer of a connection that is not let in. */
  const refusal = async (path: string, tenant?: string) => {
    const [, response] = (await once(dial(path, tenant), 'unexpected-response')) as [unknown, IncomingMessage];
    const body = (await response.setEncoding('utf8').toArray()).join('');
    return { status: response.statusCode, body: JSON.parse(body) as unknown };
  };
  const close = async () => {
    for (const socket of clients) socket.terminate();
    await router.close();
    http.close();
  };
  return { router, connect, refusal, close };
}

export type SocketDoor = Awaited<ReturnType<typeof socketDoor>>;
