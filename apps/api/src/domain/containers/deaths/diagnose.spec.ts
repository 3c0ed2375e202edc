import { describe, expect, it } from 'vitest';
import { containerRecord } from '../../../testing/container-record.js';
import type { Container } from '../container.js';
import { NEVER_RAN } from '../container.js';
import type { ExitDetails, ExitRecord } from '../containers.ports.js';
import type { Health } from '../health/health.js';
import { OWN_NAMESPACES } from '../namespaces.js';
import type { DeathRequest } from './death.js';
import { diagnose } from './diagnose.js';

const [SIGKILL, SIGSEGV, SIGTERM, SIGUSR1] = [9, 11, 15, 10];
const time = new Date('2026-01-01T12:00:00Z');
const UNHEALTHY: Health = { status: 'unhealthy', failingStreak: 3, probes: [] };

interface Story {
  readonly code?: number;
  readonly signal?: number;
  readonly sent?: readonly number[];
  readonly oom?: 'main' | 'other' | 'unknown';
  readonly asked?: Partial<DeathRequest>;
  readonly health?: Health;
  readonly pid?: 'host';
}

function diagnosed({ code, signal = 0, sent = [], oom, asked, health, pid }: Story) {
  const request: DeathRequest = { verb: 'stop', actor: 'anna', time, signal: SIGTERM, timeoutMs: 10_000, ...asked };
  const container: Container = containerRecord({
    config: { namespaces: { ...OWN_NAMESPACES, ...(pid && { pid }) } },
    run: { ...NEVER_RAN, startedAt: time, ...(asked && { request }), ...(health && { health }) },
  });
  const victim = { command: 'python3', pid: 4711, first: oom === 'main', firstKilled: oom === 'main', time };
  const details: ExitDetails = {
    coreDumped: false,
    sent: sent.map((one) => ({ signal: one, time })),
    oomKills: oom ? 1 : 0,
    oomVictim: oom === undefined || oom === 'unknown' ? null : victim,
    usage: null,
  };
  const exitCode = code ?? (signal === 0 ? 0 : 128 + signal);
  const exit: ExitRecord = { exitCode, signal, oomKilled: oom !== undefined, startedAt: time, finishedAt: time, details };
  const { cause, sender, request: counted } = diagnose(container, exit);
  return [cause, sender && `${sender.kind}${sender.certain ? '' : '?'}`, counted?.actor ?? null];
}

describe('the cause of a death', () => {
  it.each<[string, Story, unknown[]]>([
    ['its own exit', { code: 3 }, ['exited', null, null]],
    ['a code that looks like a signal', { code: 143 }, ['exited', null, null]],
    ['obeying a stop', { code: 0, asked: {}, sent: [SIGTERM] }, ['stopped', null, 'anna']],
    ['its own exit after a stop that was cut short before its signal', { code: 0, asked: {} }, ['exited', null, null]],
    ['dying of the stop signal', { signal: SIGTERM, asked: {}, sent: [SIGTERM] }, ['stopped', 'keelson', 'anna']],
    ['not obeying in time', { signal: SIGKILL, asked: {}, sent: [SIGTERM, SIGKILL] }, ['stop_timeout', 'keelson', 'anna']],
    [
      'a kill',
      { signal: SIGKILL, asked: { verb: 'kill', signal: SIGKILL, timeoutMs: null }, sent: [SIGKILL] },
      ['killed', 'keelson', 'anna'],
    ],
    [
      'a removal by force',
      { signal: SIGKILL, asked: { verb: 'remove', signal: SIGKILL, timeoutMs: null }, sent: [SIGKILL] },
      ['killed', 'keelson', 'anna'],
    ],
    [
      'a handler that ends with 128 + n',
      { code: 138, asked: { verb: 'kill', signal: SIGUSR1 }, sent: [SIGUSR1] },
      ['killed', null, 'anna'],
    ],
    [
      'an exit long after a signal that it survived',
      { code: 0, asked: { verb: 'kill', signal: SIGUSR1 }, sent: [SIGUSR1] },
      ['exited', null, null],
    ],
    [
      'its health check',
      { signal: SIGKILL, asked: { verb: 'restart', actor: 'system' }, sent: [SIGTERM, SIGKILL], health: UNHEALTHY },
      ['health_check', 'keelson', 'system'],
    ],
    [
      'its health check, obeyed',
      { code: 0, asked: { actor: 'system' }, sent: [SIGTERM], health: UNHEALTHY },
      ['health_check', null, 'system'],
    ],
    ['the OOM killer', { signal: SIGKILL, oom: 'main' }, ['oom', 'kernel', null]],
    ['the OOM killer, where the log of the kernel is silent', { signal: SIGKILL, oom: 'unknown' }, ['oom', 'kernel?', null]],
    [
      'a kill after the OOM killer took a child',
      { signal: SIGKILL, oom: 'other', asked: { verb: 'kill', signal: SIGKILL }, sent: [SIGKILL] },
      ['killed', 'keelson', 'anna'],
    ],
    ['a shell that tells of its killed child', { code: 137, oom: 'other' }, ['oom', null, null]],
    ['its own exit after a child was killed', { code: 0, oom: 'other' }, ['exited', null, null]],
    ['a fault', { signal: SIGSEGV }, ['fault', 'kernel?', null]],
    [
      'a signal that somebody asked for, though it is one of faults',
      { signal: SIGSEGV, asked: { verb: 'kill', signal: SIGSEGV }, sent: [SIGSEGV] },
      ['killed', 'keelson', 'anna'],
    ],
    ['a SIGKILL from the host', { signal: SIGKILL }, ['signal', 'host?', null]],
    ['a SIGKILL among the processes of the host', { signal: SIGKILL, pid: 'host' }, ['signal', 'unknown', null]],
    ['a signal over the control socket that no request explains', { signal: SIGKILL, sent: [SIGKILL] }, ['killed', 'keelson', null]],
  ])('is told of %s', (_, story, expected) => {
    expect(diagnosed(story)).toEqual(expected);
  });
});
