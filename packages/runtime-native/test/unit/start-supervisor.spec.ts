import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type RuntimeError, startSupervisor } from '../../lib/index.js';

// A shell script in the supervisor's place: what is tested is how it is run and how its report is taken.
let bundle: string;
beforeEach(() => {
  bundle = mkdtempSync(join(tmpdir(), 'keelson-spawn-'));
});
afterEach(() => {
  rmSync(bundle, { recursive: true });
});

function start(script: string, timeoutMs?: number) {
  const executable = join(bundle, 'script');
  writeFileSync(executable, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return startSupervisor({ executable, bundle, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
}
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: RuntimeError) => ({ code: error.code, stage: error.stage, errno: error.errno, message: error.message }),
  );
const READY = `echo '{"ok":true,"pid":1234,"startTicks":5678,"startedAt":"1763700000123456789"}' >&3; exec 3>&-`;
const note = (name: string) => readFileSync(join(bundle, name), 'utf8').trim();
const stateOf = (pid: number) => (existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] : 'gone');

describe('a supervisor that reports', () => {
  it('tells the pid and the exact start time', async () => {
    expect(await start(READY)).toEqual({ pid: 1234, startTicks: 5678, startedAt: 1763700000123456789n });
  });

  it('gets the bundle, a minimal environment, / as directory and five descriptors', async () => {
    process.env['KEELSON_TEST_SECRET'] = 'x';
    await start(
      `echo "$*" > ${bundle}/args; env | grep -v ^PWD= > ${bundle}/env; pwd > ${bundle}/cwd; (ls -l /proc/$$/fd > ${bundle}/fds); ${READY}`,
    );
    expect(note('args')).toBe(`--bundle ${bundle} --report-fd 3`);
    expect(note('env')).toBe('PATH=/usr/sbin:/usr/bin:/sbin:/bin');
    expect(note('cwd')).toBe('/');
    // 4 is the program on its own mount, whose root it is; the shell itself has it open as 10.
    expect(
      note('fds')
        .match(/\d+ -> .*/g)
        ?.map((line) => line.replace(/\[\d+\]/, '')),
    ).toEqual(['0 -> /dev/null', '1 -> /dev/null', '10 -> /', `2 -> ${bundle}/supervisor.err`, '3 -> pipe:', '4 -> /']);
  });

  it('has a session of its own and no signal blocked or ignored', async () => {
    await start(
      `cat /proc/self/status > ${bundle}/status; cut -d' ' -f6 /proc/$$/stat > ${bundle}/session; echo $$ > ${bundle}/pid; ${READY}`,
    );
    expect(note('session')).toBe(note('pid'));
    expect(note('status')).toMatch(/^SigBlk:\t0+$/m);
    // Signals 32 and 33 belong to the C library, which does not let anybody change them.
    const ignored = BigInt(`0x${/^SigIgn:\t(\w+)$/m.exec(note('status'))?.[1]}`);
    expect(ignored & 0x7fff_ffffn).toBe(0n);
  });

  it('is reaped when it ends', async () => {
    await start(`echo $$ > ${bundle}/pid; ${READY}; sleep 0.1`);
    const pid = Number(note('pid'));
    expect(stateOf(pid)).toMatch(/[RSD]/);
    await vi.waitFor(() => expect(stateOf(pid)).toBe('gone'));
  });
});

describe('a supervisor that does not', () => {
  it('tells the stage and errno of a failed start', async () => {
    const told = start(`echo '{"ok":false,"stage":"mount.overlay","errno":22,"detail":"cannot mount /x"}' >&3; exit 1`);
    expect(await failure(told)).toEqual({ code: 'RUNTIME_FAILED', stage: 'mount.overlay', errno: 22, message: 'cannot mount /x' });
  });

  it('says that it died, how, and its last words', async () => {
    expect(await failure(start('echo "no memory" >&2; exit 3'))).toMatchObject({
      code: 'SUPERVISOR_DIED',
      message: 'the supervisor died before it reported (exit code 3): no memory',
    });
    expect((await failure(start('kill -9 $$')))?.message).toBe('the supervisor died before it reported (signal 9)');
  });

  it.each([
    ['garbage', 'echo hello >&3', /not JSON/],
    ['a report without a pid', `echo '{"ok":true}' >&3`, /"pid" of the report/],
    ['a report over the bound', 'head -c 100000 /dev/zero | tr "\\0" x >&3; sleep 30', /longer than 65536/],
    ['a report cut off', `printf '{"ok":true,"pid":' >&3`, /not JSON/],
  ])('refuses %s', async (_, script, message) => {
    expect(await failure(start(script))).toMatchObject({ code: 'CONTROL_PROTOCOL', message: expect.stringMatching(message) });
  });

  it('is killed when it takes too long', async () => {
    const late = start(`echo $$ > ${bundle}/pid; exec sleep 1000`, 300);
    expect(await failure(late)).toMatchObject({ code: 'CONTROL_TIMEOUT' });
    const pid = Number(note('pid'));
    await vi.waitFor(() => expect(stateOf(pid)).toBe('gone'));
  });

  it('names the program that is not there', async () => {
    const missing = startSupervisor({ executable: '/nonexistent/supervisor', bundle });
    expect(await failure(missing)).toEqual({
      code: 'RUNTIME_FAILED',
      stage: 'fork',
      errno: 2,
      message: 'cannot run /nonexistent/supervisor: No such file or directory',
    });
  });
});
