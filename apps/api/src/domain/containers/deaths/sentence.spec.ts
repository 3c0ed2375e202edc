import { describe, expect, it } from 'vitest';
import type { Death } from './death.js';
import { bytes, sentenceOf } from './sentence.js';

const at = (text: string) => new Date(`2026-01-01T${text}Z`);
const MIB = 1024 ** 2;
const DEATH: Omit<Death, 'sentence'> = {
  number: 1,
  cause: 'exited',
  exitCode: 0,
  signal: 0,
  coreDumped: false,
  sender: null,
  request: null,
  oom: null,
  usage: null,
  startedAt: at('12:00:00'),
  finishedAt: at('12:03:11'),
  restartCount: 0,
  willRestart: false,
  health: null,
  log: [],
  error: null,
};
const said = (facts: Partial<Death>) => sentenceOf({ ...DEATH, ...facts });
const request = { verb: 'stop', actor: 'anna', time: at('12:03:09'), signal: 15, timeoutMs: 10_000 } as const;
const usage = {
  cpuUsageNs: 1,
  cpuThrottledNs: 0,
  memoryPeakBytes: 64 * MIB,
  memoryLimitBytes: 64 * MIB,
  pidsPeak: 2,
  pidsPeakSampled: false,
  pidsLimit: 10,
};
const victim = { command: 'python3', pid: 4711, pidInside: 1, time: at('12:03:11') };

describe('the sentence of a death', () => {
  it.each<[Partial<Death>, string]>([
    [{ exitCode: 3 }, 'exited by itself with code 3'],
    [{ cause: 'stopped', request }, 'stopped by anna: it ended with code 0 after SIGTERM within 2 s'],
    [{ cause: 'stopped', request, signal: 15 }, 'stopped by anna: it ended by SIGTERM within 2 s'],
    [{ cause: 'stop_timeout', request, signal: 9 }, 'killed after a stop by anna: it had not obeyed SIGTERM within 10 s'],
    [{ cause: 'killed', request: { ...request, verb: 'kill', signal: 9 }, signal: 9 }, 'killed with SIGKILL by anna'],
    [{ cause: 'killed', signal: 9 }, 'killed with SIGKILL by a client of its control socket'],
    [
      { cause: 'oom', signal: 9, usage, oom: { kills: 1, victim } },
      'killed by the kernel: memory 64 MiB of 64 MiB, at 12:03:11 UTC, process python3 (pid 1 inside)',
    ],
    [
      { cause: 'oom', signal: 9, usage, oom: { kills: 1, victim: null } },
      "killed by the kernel: memory 64 MiB of 64 MiB, at 12:03:11 UTC; the kernel's log does not tell which process",
    ],
    [
      { oom: { kills: 2, victim: { ...victim, pidInside: null } } },
      'exited by itself with code 0; before, the kernel had killed process python3 for want of memory',
    ],
    [{ cause: 'fault', signal: 11 }, "killed by SIGSEGV, the kernel's signal for a fault of the program"],
    [
      { cause: 'signal', signal: 9, sender: { kind: 'host', certain: false } },
      'killed by SIGKILL that did not come through Keelson: by a process of the host',
    ],
    [{ cause: 'lost', error: 'its supervisor is gone' }, 'lost: its supervisor is gone'],
    [{ cause: 'start_failed', error: 'no program /x' }, 'could not be started: no program /x'],
  ])('%#: %o reads "%s"', (facts, sentence) => {
    expect(said(facts)).toBe(sentence);
  });

  it('of a health check ends with what the last probe said', () => {
    const probe = { startedAt: at('12:03:00'), finishedAt: at('12:03:01'), exitCode: 1, output: 'connection refused\nmore' };
    const health = { status: 'unhealthy', failingStreak: 3, probes: [probe] } as const;
    expect(said({ cause: 'health_check', request: { ...request, verb: 'restart' }, health })).toBe(
      'restarted by its health check after 3 failed probes in a row, the last one saying "connection refused"',
    );
  });

  it.each([
    [512, '512 bytes'],
    [64 * MIB, '64 MiB'],
    [1.5 * 1024 * MIB, '1.5 GiB'],
  ])('writes %i bytes as %s', (count, text) => {
    expect(bytes(count)).toBe(text);
  });
});
