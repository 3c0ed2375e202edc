import { WS_ROUTES } from '@keelson/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OpenTerminal } from '../../domain/terminals/open-terminal.js';
import { TerminalSessions } from '../../domain/terminals/terminal-sessions.js';
import { type ContainerHouse, containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { ScriptedStreams } from '../../testing/scripted-streams.js';
import { type SocketClient, type SocketDoor, socketDoor } from '../../testing/socket-door.js';
import { TerminalSocket } from './terminal.socket.js';

const OPEN = { type: 'exec', container: 'web', command: ['sh'], rows: 24, cols: 80 };

let house: ContainerHouse;
let door: SocketDoor;
let sessions: TerminalSessions;
let streams: ScriptedStreams;
beforeEach(async () => {
  house = containerHouse();
  streams = new ScriptedStreams();
  house.runtime.exec = async () => streams;
  house.runtime.attach = async () => streams;
  await house.create.execute(principalOf('blue'), createRequest({ name: 'web', start: true }));
  await house.create.execute(principalOf('blue'), createRequest({ name: 'idle' }));
  door = await socketDoor();
  sessions = new TerminalSessions();
  new TerminalSocket(door.router, new OpenTerminal(house.attach, house.openExec, sessions), sessions).onModuleInit();
});
afterEach(async () => {
  sessions.onApplicationShutdown();
  await door.close();
});

async function open(message: object = OPEN, tenant = 'blue'): Promise<{ client: SocketClient; opened: Record<string, unknown> }> {
  const client = await door.connect(WS_ROUTES.terminal, tenant);
  client.say(message);
  return { client, opened: (await client.next()) as Record<string, unknown> };
}
const text = async (client: SocketClient) => String(await client.next());

describe('a terminal in the browser', () => {
  it('carries bytes both ways, sizes and the exit code', async () => {
    const { client, opened } = await open();
    expect(opened).toEqual({ type: 'opened', terminal: expect.stringMatching(/^[0-9a-f]{32}$/), resumed: false });
    streams.say('$ ');
    expect(await text(client)).toBe('$ ');
    client.socket.send(Buffer.from('ls\n'));
    client.say({ type: 'resize', rows: 50, cols: 120 });
    await vi.waitFor(() => expect([streams.written, streams.sizes]).toEqual([['ls\n'], [[50, 120]]]));
    streams.end(7);
    expect(await client.next()).toEqual({ type: 'exit', exitCode: 7 });
    await client.closed;
  });

  it('takes what is typed together with the message that opens it', async () => {
    const client = await door.connect(WS_ROUTES.terminal, 'blue');
    const opened = client.next();
    client.say(OPEN);
    client.socket.send(Buffer.from('typed '));
    client.socket.send(Buffer.from('ahead'));
    expect(await opened).toMatchObject({ type: 'opened' });
    await vi.waitFor(() => expect(streams.written).toEqual(['typed ', 'ahead']));
    client.socket.send(Buffer.from(' and on'));
    await vi.waitFor(() => expect(streams.written).toEqual(['typed ', 'ahead', ' and on']));
  });

  it('makes its user wait, not the memory of the server, until it is open', async () => {
    const started = Promise.withResolvers<ScriptedStreams>();
    house.runtime.exec = () => started.promise;
    const client = await door.connect(WS_ROUTES.terminal);
    client.say(OPEN);
    const piece = Buffer.alloc(64 * 1024, 'x');
    for (let count = 0; count < 400; count++) client.socket.send(piece);
    for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(client.socket.bufferedAmount).toBeGreaterThan(8 * 1024 * 1024);
    started.resolve(streams);
    await vi.waitFor(() => expect(streams.written).toHaveLength(400));
  });

  it('tells the size of the window to a container it attaches to, and lets it run on when it is closed', async () => {
    const { client } = await open({ type: 'attach', container: 'web', rows: 24, cols: 80 });
    expect(streams.sizes).toEqual([[24, 80]]);
    client.say({ type: 'close' });
    await client.closed;
    expect([streams.closed, streams.signals]).toEqual([true, []]);
  });

  it('comes back after a reload with what was shown last', async () => {
    const { client, opened } = await open();
    streams.say('before ');
    await client.next();
    client.socket.terminate();
    streams.say('meanwhile');
    await vi.waitFor(() => expect(streams.pulled).toBe(2));
    const again = await open({ type: 'resume', terminal: opened['terminal'], rows: 30, cols: 90 });
    expect(again.opened).toEqual({ ...opened, resumed: true });
    expect(await text(again.client)).toBe('before meanwhile');
    expect(streams.sizes).toEqual([[30, 90]]);
  });

  it('makes the process wait while its client does not read', async () => {
    const { client } = await open();
    client.socket.pause();
    const piece = 'x'.repeat(64 * 1024);
    for (let count = 0; count < 400; count++) streams.say(piece);
    await vi.waitFor(() => expect(streams.pulled).toBeGreaterThan(15));
    for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(streams.pulled).toBeLessThan(400);
    client.socket.resume();
    for (let bytes = 0; bytes < 400 * piece.length; ) bytes += ((await client.next()) as Buffer).length;
  });

  it.each([
    ['a container that does not run', { ...OPEN, container: 'idle' }, 'blue', 'container_state_conflict'],
    ['a container that is not there', { ...OPEN, container: 'nothing' }, 'blue', 'container_not_found'],
    ['the container of another tenant', OPEN, 'red', 'container_not_found'],
    ['a terminal that is not there', { type: 'resume', terminal: 'x', rows: 1, cols: 1 }, 'blue', 'exec_not_found'],
    ['a message out of order', { type: 'resize', rows: 1, cols: 1 }, 'blue', 'invalid_input'],
    ['a window of no size', { ...OPEN, rows: 0 }, 'blue', 'invalid_input'],
  ])('refuses %s', async (_, message, tenant, code) => {
    const { client, opened } = await open(message, tenant);
    expect(opened).toMatchObject({ type: 'error', code });
    expect(await client.closed).toBe(1008);
  });

  it('is not for another tenant to resume', async () => {
    const { opened } = await open();
    const other = await open({ type: 'resume', terminal: opened['terminal'], rows: 1, cols: 1 }, 'red');
    expect(other.opened).toMatchObject({ type: 'error', code: 'exec_not_found' });
  });
});
