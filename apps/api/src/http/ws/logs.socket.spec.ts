import { WS_ROUTES } from '@keelson/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogReader, type LogRecord } from '../../domain/logs/logs.ports.js';
import { ReadLogs } from '../../domain/logs/read-logs.js';
import { containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { type SocketDoor, socketDoor } from '../../testing/socket-door.js';
import { LogsSocket } from './logs.socket.js';

const LINES = 1000;
const TEXT = 'x'.repeat(32 * 1024);

class LongLog extends LogReader {
  pulled = 0;

  override async *read(_id: string, { tail = LINES }: { tail?: number }, follow?: AbortSignal): AsyncGenerator<LogRecord[]> {
    for (let line = 0; line < tail; line++) {
      this.pulled++;
      yield [{ type: 'line', stream: 'stderr', nanoseconds: 1_763_700_000_123_456_789n, text: Buffer.from(TEXT), partial: false }];
    }
    if (follow && !follow.aborted) await new Promise((resolve) => follow.addEventListener('abort', resolve, { once: true }));
  }
}

let door: SocketDoor;
let log: LongLog;
let house: ReturnType<typeof containerHouse>;
let id: string;
beforeEach(async () => {
  house = containerHouse();
  ({ id } = await house.create.execute(principalOf('blue'), createRequest({ name: 'web', start: true })));
  door = await socketDoor();
  log = new LongLog();
  new LogsSocket(door.router, new ReadLogs(house.registry, house.waiters, log)).onModuleInit();
});
afterEach(() => door.close());

describe('the log of a container by WebSocket', () => {
  it('follows to the end and says how it ended', async () => {
    const client = await door.connect(`${WS_ROUTES.logs('web')}?tail=1`);
    expect(await client.next()).toEqual({
      type: 'line',
      stream: 'stderr',
      time: '2025-11-21T04:40:00.123456789Z',
      text: TEXT,
      partial: false,
    });
    house.runtime.exit(id, 5);
    expect(await client.next()).toMatchObject({ type: 'end', exitCode: 5 });
    await client.closed;
  });

  it('is read from the file as fast as its client takes it, and loses nothing', async () => {
    const client = await door.connect(`${WS_ROUTES.logs('web')}?timestamps=false`);
    client.socket.pause();
    await vi.waitFor(() => expect(log.pulled).toBeGreaterThan(30));
    for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(log.pulled).toBeLessThan(LINES);
    client.socket.resume();
    for (let line = 0; line < LINES; line++) expect(await client.next()).toMatchObject({ type: 'line' });
  });

  it.each([
    ['a query that is wrong', `${WS_ROUTES.logs('web')}?tail=-1`, 'blue', 'invalid_input'],
    ['the container of another tenant', WS_ROUTES.logs('web'), 'red', 'container_not_found'],
  ])('refuses %s', async (_, path, tenant, code) => {
    const client = await door.connect(path, tenant);
    expect(await client.next()).toMatchObject({ type: 'error', code });
    expect(await client.closed).toBe(1008);
  });
});
