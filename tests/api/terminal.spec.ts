import { type TerminalClientMessage, type TerminalServerMessage, terminalServerMessage, WS_ROUTES } from '@keelson/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Socket } from '../support/socket.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox', 'debian'] });
const SIZE = { rows: 24, cols: 80 };
let id: string;

beforeAll(async () => {
  ({ id } = await suite.api.containers.create({ image: suite.image('debian'), command: ['sleep', '1000'], start: true }));
});

async function open(message: TerminalClientMessage): Promise<{ socket: Socket; terminal: string; resumed: boolean }> {
  const socket = await suite.api.socket(WS_ROUTES.terminal);
  socket.send(message);
  const opened = await socket.next(terminalServerMessage);
  if (opened.type !== 'opened') throw new Error(JSON.stringify(opened));
  return { socket, ...opened };
}

const shell = (rows = SIZE.rows, cols = SIZE.cols) => open({ type: 'exec', container: id, command: ['bash', '--norc'], rows, cols });
const exit = (socket: Socket): Promise<TerminalServerMessage> => socket.next(terminalServerMessage, ({ type }) => type === 'exit');
const opening = async (message: TerminalClientMessage) => {
  const socket = await suite.api.socket(WS_ROUTES.terminal);
  socket.send(message);
  return socket.next(terminalServerMessage);
};

describe('a terminal that runs a new process', () => {
  it('echoes what is typed, runs it and tells the exit code', async () => {
    const { socket } = await shell();
    socket.type('echo $((40 + 2)) $(tty)\r');
    await socket.output(/42 \/dev\/pts\/\d/);
    socket.type('exit 17\r');
    expect(await exit(socket)).toEqual({ type: 'exit', exitCode: 17 });
  });

  it('has the size that was asked for, and hears of a new one', async () => {
    const { socket } = await shell(31, 97);
    socket.type('stty size\r');
    await socket.output(/31 97/);
    socket.type('trap "stty size" WINCH; echo set" "trap\r');
    await socket.output(/set trap/);
    socket.send({ type: 'resize', rows: 40, cols: 132 });
    socket.type('\r\r');
    await socket.output(/40 132/);
    socket.send({ type: 'close' });
    await socket.closed();
  });

  it('delivers control characters: interrupt ends a program, not the shell', async () => {
    const { socket } = await shell();
    // Typed any earlier it would end the shell's own line: the word comes from the program, the echo of its name has quotes in it.
    socket.type('sh -c "echo be""gun; exec sleep 1000"\r');
    await socket.output(/begun/);
    socket.type('\u0003');
    socket.type('echo code $?\r');
    await socket.output(/code 130/);
    socket.close();
  });

  it('carries bytes unchanged in both directions', async () => {
    const { socket } = await open({
      type: 'exec',
      container: id,
      command: ['sh', '-c', 'stty raw -echo; echo ready; head -c 256 | od -An -v -tu1'],
      ...SIZE,
    });
    await socket.output(/ready\n/);
    socket.raw.send(Buffer.from(Array.from({ length: 256 }, (_, at) => at)), { binary: true });
    const [text] = await socket.output(/(\s+\d+){256}\n/);
    expect(text.trim().split(/\s+/).map(Number)).toEqual(Array.from({ length: 256 }, (_, at) => at));
  });

  it('is one of several, each on its own', async () => {
    const terminals = await Promise.all([1, 2, 3, 4].map(() => shell()));
    for (const [at, { socket }] of terminals.entries()) socket.type(`echo mine-$((${at} + 100))\r`);
    for (const [at, { socket }] of terminals.entries()) await socket.output(new RegExp(`mine-${at + 100}`));
    for (const { socket } of terminals) socket.close();
  });

  it('of a program that floods ends when it is interrupted', async () => {
    const { socket } = await shell();
    socket.type('yes flood\r');
    await socket.output(/(flood\r\n){500}/);
    socket.type('\u0003');
    socket.type('echo quiet-$((1 + 1))\r');
    await socket.output(/quiet-2/);
    socket.close();
  });
});

describe('a page reload', () => {
  it('finds its terminal again with the last output, and the program still running', async () => {
    const { socket, terminal } = await shell();
    socket.type('WORD=kept; echo before-$((6 * 7))\r');
    await socket.output(/before-42/);
    socket.terminate();
    const again = await open({ type: 'resume', terminal, ...SIZE });
    expect(again.resumed).toBe(true);
    await again.socket.output(/before-42/);
    again.socket.type('echo after-$WORD\r');
    await again.socket.output(/after-kept/);
    again.socket.send({ type: 'close' });
    await again.socket.closed();
    expect(await opening({ type: 'resume', terminal, ...SIZE })).toMatchObject({ type: 'error', code: 'exec_not_found' });
  });
});

describe('closing a terminal', () => {
  it('hangs up the process of an exec', async () => {
    const { socket } = await open({ type: 'exec', container: id, command: ['sleep', '4321'], ...SIZE });
    socket.send({ type: 'close' });
    await socket.closed();
    const left = async () =>
      (await suite.api.containers.exec(id, { command: ['sh', '-c', 'pgrep -f "sleep 4321$" | wc -l'] })).stdout.trim();
    await expect.poll(left, { timeout: 5000 }).toBe('0');
  });
});

describe('attaching to a container’s own terminal', () => {
  it('shows and feeds process 1, and leaving does not end it', async () => {
    const container = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh'],
      tty: true,
      openStdin: true,
      start: true,
    });
    const first = await open({ type: 'attach', container: container.id, ...SIZE });
    first.socket.type('echo pid-$$\r');
    await first.socket.output(/pid-1\b/);
    first.socket.send({ type: 'close' });
    await first.socket.closed();
    expect((await suite.api.containers.inspect(container.id)).state).toBe('running');
    const second = await open({ type: 'attach', container: container.id, rows: 30, cols: 100 });
    second.socket.type('stty size; exit 12\r');
    await second.socket.output(/30 100/);
    expect(await exit(second.socket)).toEqual({ type: 'exit', exitCode: 12 });
    expect(await suite.api.containers.wait(container.id)).toMatchObject({ exitCode: 12 });
  });
});

describe('a terminal that cannot be opened says why', () => {
  it.each([
    [{ type: 'exec', container: 'f'.repeat(64), command: ['sh'], ...SIZE }, 'container_not_found'],
    [{ type: 'attach', container: 'nobody', ...SIZE }, 'container_not_found'],
    [{ type: 'resume', terminal: 'gone', ...SIZE }, 'exec_not_found'],
  ] as const)('%o', async (message, code) => {
    expect(await opening(message as TerminalClientMessage)).toMatchObject({ type: 'error', code });
  });

  it('a program that is not there', async () => {
    expect(await opening({ type: 'exec', container: id, command: ['/no/such'], ...SIZE })).toMatchObject({
      type: 'error',
      code: 'command_not_found',
    });
  });

  it('a container that does not run', async () => {
    const { id: created } = await suite.api.containers.create({ image: suite.image('busybox') });
    const answer = await opening({ type: 'exec', container: created, command: ['sh'], ...SIZE });
    expect(answer).toMatchObject({ type: 'error', code: 'container_state_conflict' });
  });

  it('a first message that is nonsense', async () => {
    const socket = await suite.api.socket(WS_ROUTES.terminal);
    socket.raw.send('not json');
    expect(await socket.next(terminalServerMessage)).toMatchObject({ type: 'error', code: 'invalid_input' });
  });
});
