import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { principalOf } from '../../testing/container-house.js';
import { ScriptedStreams } from '../../testing/scripted-streams.js';
import type { TerminalClient } from './terminal.js';
import { TerminalSessions } from './terminal-sessions.js';

const blue = principalOf('blue');
const client = (): TerminalClient => ({ output: async () => undefined, gap: () => {}, exit: () => {}, closed: () => {} });
const codeOf = (step: () => unknown) => {
  try {
    step();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

let sessions: TerminalSessions;
beforeEach(() => {
  vi.useFakeTimers();
  sessions = new TerminalSessions();
});
afterEach(() => {
  sessions.onApplicationShutdown();
  vi.useRealTimers();
});

describe('open terminals', () => {
  it('wait for a minute for their user to come back', () => {
    const streams = new ScriptedStreams();
    const terminal = sessions.open(blue, streams, false);
    const first = client();
    void terminal.connect(first);
    sessions.leave(terminal, first);
    vi.advanceTimersByTime(59_000);
    expect(sessions.resume(blue, terminal.id)).toBe(terminal);
    // Back again: the clock has stopped.
    const second = client();
    void terminal.connect(second);
    vi.advanceTimersByTime(120_000);
    expect(streams.closed).toBe(false);
    sessions.leave(terminal, second);
    vi.advanceTimersByTime(61_000);
    expect([streams.closed, streams.signals]).toEqual([true, [1]]);
    expect(codeOf(() => sessions.resume(blue, terminal.id))).toBe('exec_not_found');
  });

  it('are not closed because a connection that was replaced goes away', () => {
    const streams = new ScriptedStreams();
    const terminal = sessions.open(blue, streams, false);
    const [first, second] = [client(), client()];
    void terminal.connect(first);
    void terminal.connect(second);
    sessions.leave(terminal, first);
    vi.advanceTimersByTime(120_000);
    expect(streams.closed).toBe(false);
  });

  it('open for nobody else: not for another tenant, not for another user of the same', () => {
    const { id } = sessions.open(blue, new ScriptedStreams(), false);
    expect(codeOf(() => sessions.resume(principalOf('red'), id))).toBe('exec_not_found');
    expect(codeOf(() => sessions.resume({ ...blue, id: 'somebody-else' }, id))).toBe('exec_not_found');
    expect(codeOf(() => sessions.resume(blue, 'no-such-terminal'))).toBe('exec_not_found');
  });

  it('are 64 for each tenant', () => {
    for (let count = 0; count < 64; count++) sessions.open(blue, new ScriptedStreams(), false);
    expect(codeOf(() => sessions.requireRoom(blue))).toBe('too_many_requests');
    expect(codeOf(() => sessions.requireRoom(principalOf('red')))).toBeUndefined();
  });

  it('make room when their process ends before a client, and let an absent one see the end', async () => {
    const [watched, alone] = [new ScriptedStreams(), new ScriptedStreams()];
    const seen = sessions.open(blue, watched, false);
    await seen.connect(client());
    const unseen = sessions.open(blue, alone, false);
    watched.end(0);
    alone.end(0);
    await vi.waitFor(() => expect(codeOf(() => sessions.resume(blue, seen.id))).toBe('exec_not_found'));
    expect(sessions.resume(blue, unseen.id)).toBe(unseen);
  });

  it('are closed when the server stops', () => {
    const streams = new ScriptedStreams();
    sessions.open(blue, streams, false);
    sessions.onApplicationShutdown();
    expect(streams.closed).toBe(true);
  });
});
