import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type SocketClient, type SocketDoor, socketDoor } from '../../testing/socket-door.js';
import { BoundedSender } from './bounded-sender.js';

const TEXT = 'x'.repeat(64 * 1024);
const MESSAGES = 400;

let door: SocketDoor;
let client: SocketClient;
let socket: WebSocket;
beforeEach(async () => {
  door = await socketDoor();
  const opened = Promise.withResolvers<WebSocket>();
  door.router.register('/ws/test', (server) => opened.resolve(server));
  client = await door.connect('/ws/test');
  socket = await opened.promise;
});
afterEach(() => door.close());

/** Turns of the event loop in which the kernel takes what it will. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a client that does not read', () => {
  it('costs a mebibyte of memory, misses messages and is told how many', async () => {
    client.socket.pause();
    const sender = new BoundedSender(socket);
    let most = 0;
    for (let number = 0; number < MESSAGES; number++) {
      sender.offer({ number, text: TEXT });
      most = Math.max(most, socket.bufferedAmount);
      await turn();
    }
    expect(most).toBeLessThan(1024 * 1024 + 2 * TEXT.length);
    client.socket.resume();
    let received = 0;
    let message = (await client.next()) as Record<string, unknown>;
    for (; message['type'] !== 'gap'; message = (await client.next()) as Record<string, unknown>)
      expect(message['number']).toBe(received++);
    expect(received).toBeLessThan(MESSAGES);
    expect(message).toEqual({ type: 'gap', messages: MESSAGES - received });
    sender.offer({ after: true });
    expect(await client.next()).toEqual({ after: true });
  });

  it('makes a source that asks for room wait until it reads', async () => {
    client.socket.pause();
    const sender = new BoundedSender(socket);
    let sent = 0;
    const source = (async () => {
      for (; sent < MESSAGES; sent++) {
        sender.bytes(Buffer.from(TEXT));
        await sender.room();
      }
    })();
    for (let turns = 0; turns < 200; turns++) await turn();
    expect(sent).toBeLessThan(MESSAGES);
    client.socket.resume();
    await source;
    for (let count = 0; count < MESSAGES; count++) expect(((await client.next()) as Buffer).length).toBe(TEXT.length);
  });

  it('lets its source go on when it goes away', async () => {
    client.socket.pause();
    const sender = new BoundedSender(socket);
    sender.bytes(Buffer.alloc(32 * 1024 * 1024));
    const room = sender.room();
    client.socket.terminate();
    await room;
    sender.offer({ late: true });
  });
});
