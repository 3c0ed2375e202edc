import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedStreams } from '../../testing/scripted-streams.js';
import { Terminal, type TerminalClient } from './terminal.js';

/** What a client saw, in order; `slow` makes it take no more after the next output. */
function recorder() {
  const seen: string[] = [];
  const room = { slow: false, free: () => {} };
  const client: TerminalClient = {
    output: (bytes) => {
      seen.push(Buffer.from(bytes).toString());
      return room.slow ? new Promise((resolve) => (room.free = resolve)) : Promise.resolve();
    },
    gap: (bytes) => seen.push(`gap ${bytes}`),
    exit: (exitCode) => seen.push(`exit ${exitCode}`),
    closed: (reason) => seen.push(`closed ${reason}`),
  };
  return { seen, room, client };
}

let streams: ScriptedStreams;
let terminal: Terminal;
beforeEach(() => {
  streams = new ScriptedStreams();
  terminal = new Terminal('t', 'user', 'tenant', false, streams);
});

describe('a terminal', () => {
  it('shows output, what was missed and the exit code', async () => {
    const { seen, client } = recorder();
    await terminal.connect(client);
    streams.say('one');
    streams.miss(7);
    streams.say('two');
    streams.end(3);
    await terminal.run();
    expect(seen).toEqual(['one', 'gap 7', 'two', 'exit 3']);
  });

  it('asks for no more output than its client takes', async () => {
    const { seen, room, client } = recorder();
    room.slow = true;
    await terminal.connect(client);
    const running = terminal.run();
    for (const text of ['a', 'b', 'c']) streams.say(text);
    await vi.waitFor(() => expect(seen).toEqual(['a']));
    expect(streams.pulled).toBe(1);
    room.slow = false;
    room.free();
    streams.end(0);
    await running;
    expect(seen).toEqual(['a', 'b', 'c', 'exit 0']);
  });

  it('reads on while nobody looks and shows the newest 64 KiB to whoever comes back', async () => {
    const running = terminal.run();
    streams.say('old'.repeat(30_000));
    for (let count = 0; count < 70; count++) streams.say(String(count % 10).repeat(1024));
    streams.end(9);
    await running;
    const { seen, client } = recorder();
    await terminal.connect(client);
    const [replay = '', exit] = seen;
    expect(replay.length).toBeGreaterThanOrEqual(64 * 1024);
    expect(replay.length).toBeLessThan(65 * 1024 + 1024);
    expect(replay.endsWith('9'.repeat(1024))).toBe(true);
    expect(replay).not.toContain('old');
    expect(exit).toBe('exit 9');
  });

  it('is shown in one place at a time', async () => {
    const [first, second] = [recorder(), recorder()];
    await terminal.connect(first.client);
    await terminal.connect(second.client);
    const running = terminal.run();
    streams.say('x');
    streams.end(0);
    await running;
    expect(first.seen).toEqual(['closed this terminal was opened somewhere else']);
    expect(second.seen).toEqual(['x', 'exit 0']);
    expect(terminal.disconnect(first.client)).toBe(false);
  });

  it('says why when its process is lost, also to somebody who comes later', async () => {
    const [first, second] = [recorder(), recorder()];
    await terminal.connect(first.client);
    streams.lose('the connection broke off');
    await terminal.run();
    await terminal.connect(second.client);
    expect([first.seen[0], second.seen[0]]).toEqual(['closed the connection broke off', 'closed the connection broke off']);
  });

  it('hangs up what was exec’d when it is closed, and only lets go of a container', () => {
    terminal.close();
    expect([streams.signals, streams.closed]).toEqual([[1], true]);
    const container = new ScriptedStreams();
    new Terminal('a', 'user', 'tenant', true, container).close();
    expect([container.signals, container.closed]).toEqual([[], true]);
  });
});
