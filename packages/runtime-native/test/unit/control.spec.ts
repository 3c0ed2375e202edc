import { afterEach, describe, expect, it, vi } from 'vitest';

import { encodeFrame, FrameType } from '../../lib/control/frames.js';
import { attach, controlState, exec, type RuntimeError, signal, watch } from '../../lib/index.js';
import { response, scriptedPeer } from '../support/scripted-peer.js';

type Peer = Awaited<ReturnType<typeof scriptedPeer>>;
type Script = Parameters<typeof scriptedPeer>[0];

const state = {
  ok: true,
  version: 1,
  id: 'a'.repeat(64),
  supervisorPid: 10,
  supervisorStartTicks: 1,
  pid: 11,
  startTicks: 2,
  startedAt: '1763700000123456789',
  bootId: 'b',
  cgroup: '/keelson.slice/default/a',
  exited: false,
};
const exitRecord = {
  version: 1,
  id: state.id,
  exitCode: 3,
  signal: 0,
  oomKilled: false,
  startedAt: '1763700000123456789',
  finishedAt: '1763700001123456789',
  bootId: 'b',
};
const text = (type: number, value: string) => encodeFrame(type, Buffer.from(value));
const exitFrame = text(FrameType.exit, JSON.stringify(exitRecord));

const peers: Peer[] = [];
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()));
});
async function peer(script: Script): Promise<Peer> {
  const made = await scriptedPeer(script);
  peers.push(made);
  return made;
}
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: RuntimeError) => ({ code: error.code, stage: error.stage, errno: error.errno, message: error.message }),
  );

describe('a request', () => {
  it('says that the supervisor is gone when there is no socket', async () => {
    expect(await failure(controlState('/nonexistent/ctl'))).toMatchObject({ code: 'CONTROL_LOST', errno: 2 });
  });

  it('tells what the supervisor refused', async () => {
    const { path } = await peer((_, socket) => socket.end(response({ ok: false, stage: 'ns.join', errno: 3, detail: 'it has ended' })));
    expect(await failure(signal(path, 15))).toEqual({ code: 'RUNTIME_FAILED', stage: 'ns.join', errno: 3, message: 'it has ended' });
  });

  it('takes an answer that arrives byte by byte', async () => {
    const { path } = await peer((_, socket) => {
      for (const byte of response(state)) socket.write(Buffer.of(byte));
    });
    expect(await controlState(path)).toMatchObject({ pid: 11, startedAt: 1763700000123456789n, exited: false });
  });

  it.each<[string, Script, RegExp]>([
    ['an answer cut off', (_, socket) => socket.end(response(state).subarray(0, 20)), /ended inside a frame/],
    ['no answer', (_, socket) => socket.end(), /without an answer/],
    ['a frame over the limit', (_, socket) => socket.write(Buffer.from([0, 0, 0, 0xff, 16])), /limit is 1048576/],
    ['another frame', (_, socket) => socket.write(exitFrame), /frame of type 20/],
    ['no JSON', (_, socket) => socket.write(text(FrameType.response, 'hello')), /not JSON/],
    ['a missing field', (_, socket) => socket.write(response({ ok: true, version: 1 })), /"id" of the answer/],
  ])('refuses %s', async (_, script, message) => {
    const { path } = await peer(script);
    expect((await failure(controlState(path)))?.message).toMatch(message);
  });

  it('does not wait for ever', async () => {
    const { path } = await peer(() => undefined);
    expect(await failure(controlState(path, { timeoutMs: 50 }))).toMatchObject({ code: 'CONTROL_TIMEOUT' });
  });
});

describe('watching', () => {
  it('tells the exit that comes with the answer', async () => {
    const { path } = await peer((_, socket) => socket.end(Buffer.concat([response({ ...state, exited: true }), exitFrame])));
    const { state: told, exit } = await watch(path);
    expect(told.exited).toBe(true);
    expect(await exit).toMatchObject({ exitCode: 3, finishedAt: 1763700001123456789n });
  });

  it('tells null when the supervisor is lost, and when we let go', async () => {
    const { path, sockets } = await peer((_, socket) => socket.write(response(state)));
    const lost = await watch(path);
    for (const socket of sockets) socket.destroy();
    expect(await lost.exit).toBeNull();
    const left = await watch(path);
    left.close();
    expect(await left.exit).toBeNull();
  });
});

describe('the streams of a process', () => {
  it('delivers output in order, gaps in their place, and the exit after the last chunk', async () => {
    const gap = Buffer.alloc(8);
    gap.writeBigUInt64LE(5_000_000_000n);
    const { path } = await peer((_, socket) => {
      socket.write(response(state));
      socket.write(text(FrameType.stdout, 'one'));
      socket.write(encodeFrame(FrameType.gap, gap));
      socket.end(Buffer.concat([text(FrameType.stderr, 'two'), exitFrame]));
    });
    const streams = await attach(path, { stdin: false });
    const chunks = [];
    for await (const chunk of streams.output) chunks.push({ ...chunk, bytes: chunk.stream === 'gap' ? chunk.bytes : String(chunk.bytes) });
    expect(chunks).toEqual([
      { stream: 'stdout', bytes: 'one' },
      { stream: 'gap', bytes: 5_000_000_000 },
      { stream: 'stderr', bytes: 'two' },
    ]);
    expect(await streams.exit).toEqual({ exitCode: 3, signal: 0 });
  });

  it('sends input, its end, resizes and signals as frames', async () => {
    const { path, received } = await peer((_, socket) => socket.write(response({ ok: true, pid: 7 })));
    const streams = await exec(path, { args: ['sh'] }, { stdin: true });
    expect(streams.pid).toBe(7);
    await streams.write(Buffer.from('ls\n'));
    streams.resize(24, 80);
    streams.signal(15);
    streams.closeStdin();
    await vi.waitFor(() => expect(received).toHaveLength(4));
    expect(received.map(({ type, payload }) => [type, payload.toString('hex')])).toEqual([
      [FrameType.stdin, '6c730a'],
      [FrameType.resize, '18005000'],
      [FrameType.signal, '0f000000'],
      [FrameType.stdinEof, ''],
    ]);
    streams.close();
  });

  it('does not read ahead of its consumer', async () => {
    const piece = encodeFrame(FrameType.stdout, Buffer.alloc(64 * 1024));
    let sent = 0;
    const { path, sockets } = await peer((_, socket) => {
      socket.write(response({ ok: true, pid: 7 }));
      const more = () => {
        while (sent < 2000) {
          sent++;
          if (!socket.write(piece)) return;
        }
      };
      socket.on('drain', more);
      more();
    });
    const streams = await exec(path, {}, { stdin: false });
    const [socket] = sockets;
    const drained = vi.fn();
    socket?.on('drain', drained);
    const output = streams.output[Symbol.asyncIterator]();
    await output.next();
    await expect.poll(() => socket?.writableLength).toBeGreaterThan(0);
    const before = sent;
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toBeLessThan(before + 10);
    expect(sent).toBeLessThan(100);
    streams.close();
  });

  it('refuses input that piles up, and tells writers that the process is gone', async () => {
    const { path, sockets } = await peer((_, socket) => {
      socket.write(response({ ok: true, pid: 7 }));
      socket.pause();
    });
    const streams = await exec(path, {}, { stdin: true });
    const big = Buffer.alloc(1024 * 1024);
    const writes = Array.from({ length: 8 }, () => streams.write(big));
    const refused = await Promise.race(writes.map(failure));
    expect(refused?.message).toMatch(/wait to be sent/);
    for (const socket of sockets) socket.destroy();
    expect((await Promise.all(writes.map(failure))).every((one) => one?.code === 'CONTROL_LOST')).toBe(true);
    expect(await failure(streams.write(Buffer.from('x')))).toMatchObject({ code: 'CONTROL_LOST' });
  });

  it('says so when the connection ends before the process', async () => {
    const { path } = await peer((_, socket) => socket.end(response({ ok: true, pid: 7 })));
    const streams = await exec(path, {}, { stdin: false });
    const reading = (async () => {
      for await (const _ of streams.output);
    })();
    expect(await failure(reading)).toMatchObject({ code: 'CONTROL_LOST' });
    expect(await failure(streams.exit)).toMatchObject({ code: 'CONTROL_LOST' });
  });

  it('ends quietly when we let go', async () => {
    const { path } = await peer((_, socket) => socket.write(response({ ok: true, pid: 7 })));
    const streams = await exec(path, {}, { stdin: false });
    const output = streams.output[Symbol.asyncIterator]();
    const next = output.next();
    streams.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
