import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type CreateContainerInput, type Death, deathList } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { pushVariant } from '../support/images/variant.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';
import { programEntries } from './exit-states/programs.js';

const MIB = 1024 ** 2;
const suite = useSuite({ images: ['busybox'], env: () => ({ KEELSON_HOST_NAMESPACES: 'pid' }) });
const sh = (script: string) => ['sh', '-c', script];
const SLEEPER = ['sleep', '1000'];

const start = (input: Omit<CreateContainerInput, 'image'>) =>
  suite.api.containers.create({ image: suite.image('busybox'), network: 'none', start: true, ...input });
const deaths = (id: string): Promise<Death[]> => suite.api.json(deathList, 'GET', `/containers/${id}/deaths`);

/** After the run has ended by itself, or by what `act` does. */
async function deathOf(
  input: Omit<CreateContainerInput, 'image'>,
  act: (id: string) => Promise<unknown> = async () => undefined,
): Promise<Death> {
  const { id } = await start(input);
  await act(id);
  await suite.api.containers.wait(id);
  const [newest] = await deaths(id);
  if (!newest) throw new Error('it has no death record');
  expect((await suite.api.containers.inspect(id)).lastDeath).toEqual(newest);
  return newest;
}

async function untilSays(id: string, word: string): Promise<void> {
  for await (const line of suite.api.containers.logs(id, { follow: true })) if (line.type === 'line' && line.text === word) return;
  throw new Error(`it ended without saying ${word}`);
}

describe('the death record', () => {
  it('of an exit has its code, times, what it used and what it said last', async () => {
    const script = 'for i in $(seq 30); do echo line $i; done; echo bad >&2; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exit 3';
    const death = await deathOf({ command: sh(script), resources: { memoryBytes: 64 * MIB, pidsLimit: 50 } });
    expect(death).toMatchObject({
      number: 1,
      cause: 'exited',
      exitCode: 3,
      signal: null,
      sender: null,
      request: null,
      oom: null,
      error: null,
    });
    expect(death).toMatchObject({ willRestart: false, restartCount: 0, health: null, coreDumped: false });
    expect(death.sentence).toBe('exited by itself with code 3');
    expect(death.log.filter(({ stream }) => stream === 'stdout').map(({ text }) => text)).toEqual(
      Array.from({ length: 19 }, (_, at) => `line ${at + 12}`),
    );
    expect(death.log.filter(({ stream }) => stream === 'stderr').map(({ text }) => text)).toEqual(['bad']);
    const { usage } = death;
    expect(usage).toMatchObject({ memoryLimitBytes: 64 * MIB, pidsLimit: 50 });
    expect(usage?.cpuUsageNs).toBeGreaterThan(1e6);
    expect(usage?.memoryPeakBytes ?? 1).toBeGreaterThan(0);
    expect(usage?.memoryPeakBytes ?? 1).toBeLessThanOrEqual(64 * MIB);
    // Kernels before 6.6 do not count it.
    expect(usage?.pidsPeak ?? 2).toBeGreaterThanOrEqual(2);
    expect(death.durationMs).toBe(Date.parse(death.finishedAt) - Date.parse(death.startedAt ?? ''));
  });

  it('of a process without memory says how much it had, when, and which process the kernel took', async () => {
    const death = await deathOf({
      command: 'dd if=/dev/zero of=/dev/null bs=200M count=1'.split(' '),
      resources: { memoryBytes: 64 * MIB },
    });
    expect(death).toMatchObject({ cause: 'oom', exitCode: 137, signal: 'SIGKILL', sender: { kind: 'kernel' }, request: null });
    expect(death.usage?.memoryLimitBytes).toBe(64 * MIB);
    expect(death.oom?.kills).toBeGreaterThanOrEqual(1);
    // Where the kernel's log cannot be read nobody is accused.
    if (death.oom?.victim) {
      expect(death.oom.victim).toMatchObject({ command: 'dd', pidInside: 1 });
      expect(death.sender).toEqual({ kind: 'kernel', certain: true });
      expect(Math.abs(Date.parse(death.oom.victim.time) - Date.parse(death.finishedAt))).toBeLessThan(5000);
      expect(death.sentence).toMatch(
        /^killed by the kernel: memory 6[34] MiB of 64 MiB, at \d\d:\d\d:\d\d UTC, process dd \(pid 1 inside\)$/,
      );
    }
  });

  it('tells of a child that the kernel took, though it went on and ended well', async () => {
    const command = sh('dd if=/dev/zero of=/dev/null bs=200M count=1; exit 0');
    const death = await deathOf({ command, resources: { memoryBytes: 64 * MIB } });
    expect(death).toMatchObject({ cause: 'exited', exitCode: 0, signal: null });
    expect(death.sentence).toMatch(
      /^exited by itself with code 0; before, the kernel had killed (process dd|a process of it) for want of memory$/,
    );
    if (death.oom?.victim) expect(death.oom.victim).toMatchObject({ command: 'dd', pidInside: null });
  });

  it('of a stop says who asked and how long it was given', async () => {
    const death = await deathOf({ command: sh("trap 'exit 7' TERM; echo ready; while true; do sleep 0.1; done") }, async (id) => {
      await untilSays(id, 'ready');
      await suite.api.containers.stop(id, 20);
    });
    expect(death).toMatchObject({ cause: 'stopped', exitCode: 7, signal: null, sender: null });
    expect(death.request).toMatchObject({ verb: 'stop', signal: 'SIGTERM', timeoutSeconds: 20 });
    expect(death.sentence).toMatch(new RegExp(`^stopped by ${death.request?.actor}: it ended with code 7 after SIGTERM within [\\d.]+ s$`));
  });

  it('of a stop that was not obeyed says so', async () => {
    const death = await deathOf({ command: SLEEPER }, (id) => suite.api.containers.stop(id, 1));
    expect(death).toMatchObject({ cause: 'stop_timeout', exitCode: 137, signal: 'SIGKILL', sender: { kind: 'keelson', certain: true } });
    expect(death.sentence).toContain('it had not obeyed SIGTERM within 1 s');
  });

  it.each([
    ['SIGKILL', { hostPid: false }],
    ['SIGHUP', { hostPid: true }],
  ])('of a kill with %s has principal and signal', async (signal, { hostPid }) => {
    const death = await deathOf({ command: SLEEPER, ...(hostPid && { namespaces: { pid: 'host' as const } }) }, (id) =>
      suite.api.containers.kill(id, signal),
    );
    expect(death).toMatchObject({ cause: 'killed', signal, sender: { kind: 'keelson', certain: true }, request: { verb: 'kill', signal } });
    expect(death.sentence).toBe(`killed with ${signal} by ${death.request?.actor}`);
  });

  it('of a SIGKILL from the host does not accuse anybody of Keelson', async () => {
    const death = await deathOf({ command: SLEEPER }, async (id) =>
      process.kill((await suite.api.containers.inspect(id)).pid ?? 0, 'SIGKILL'),
    );
    expect(death).toMatchObject({ cause: 'signal', signal: 'SIGKILL', sender: { kind: 'host', certain: false }, request: null, oom: null });
  });

  it('of a fault names the signal of the kernel', async () => {
    const image = await pushVariant(suite.registry.host, 'faults', { base: 'busybox', entries: programEntries() });
    await suite.api.pulled(image);
    const { container } = await suite.api.run({ image, command: ['/fault-segv'], network: 'none' });
    expect((await deaths(container.id))[0]).toMatchObject({ cause: 'fault', exitCode: 139, signal: 'SIGSEGV', sender: { kind: 'kernel' } });
  });

  it('of its health check has the probes that decided', async () => {
    const healthcheck = { command: sh('echo no answer; exit 1'), intervalSeconds: 0.2, retries: 2, onUnhealthy: 'stop' as const };
    const death = await deathOf({ command: SLEEPER, healthcheck, stopTimeoutSeconds: 0 });
    expect(death).toMatchObject({ cause: 'health_check', request: { verb: 'stop', actor: 'system' }, health: { status: 'unhealthy' } });
    expect(death.health?.probes.at(-1)).toMatchObject({ exitCode: 1, output: 'no answer\n' });
    expect(death.sentence).toContain('the last one saying "no answer"');
  });

  it('of a start that failed says why, and is followed by that of the next run', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['/no/such'], network: 'none' });
    await suite.api.containers.start(id).catch(() => undefined);
    expect(await deaths(id)).toMatchObject([{ number: 1, cause: 'start_failed', exitCode: 127, startedAt: null, usage: null, log: [] }]);
    expect((await deaths(id))[0]?.sentence).toContain('/no/such');
  });

  it('of a container whose supervisor was killed makes up nothing', async () => {
    const death = await deathOf({ command: SLEEPER }, async (id) => {
      const state = await readFile(`${suite.instance.run}/c/${id}/state.json`, 'utf8');
      process.kill((JSON.parse(state) as { supervisorPid: number }).supervisorPid, 'SIGKILL');
    });
    expect(death).toMatchObject({ cause: 'lost', exitCode: 255, signal: null, sender: null, usage: null, oom: null });
    expect(death.sentence).toMatch(/^lost: /);
  });

  it('are kept over restarts: the last ten, the newest first, with how often it was brought back', async () => {
    const { id } = await start({ command: sh('exit 5'), restartPolicy: { name: 'no' } });
    await suite.api.containers.wait(id);
    for (let run = 1; run < 12; run++) {
      await suite.api.containers.start(id);
      await suite.api.containers.wait(id);
    }
    expect((await deaths(id)).map(({ number }) => number)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    const again = await start({ command: sh('exit 5'), restartPolicy: { name: 'on-failure', maximumRetryCount: 2 } });
    await until(
      () => suite.api.containers.inspect(again.id),
      ({ state, restartCount }) => state === 'exited' && restartCount === 2,
    );
    expect((await deaths(again.id)).map(({ restartCount, willRestart }) => [restartCount, willRestart])).toEqual([
      [2, false],
      [1, true],
      [0, true],
    ]);
  });
});

describe('an exit while the server is down', () => {
  it('has its whole record once the server is back, also for the one who asked before', async () => {
    const [exits, hog, stopped] = await Promise.all([
      start({ command: sh('read line; exit 6'), openStdin: true }),
      start({
        command: sh('until [ -e /tmp/go ]; do sleep 0.1; done; dd if=/dev/zero of=/dev/null bs=200M count=1; exit $?'),
        resources: { memoryBytes: 64 * MIB },
      }),
      start({ command: sh("trap 'echo told; sleep 3; exit 8' TERM; echo ready; while true; do sleep 0.1; done") }),
    ]);
    await untilSays(stopped.id, 'ready');
    await suite.api.containers.exec(hog.id, { command: sh('(sleep 2; touch /tmp/go) >/dev/null 2>&1 &') });
    const stop = suite.api.containers.stop(stopped.id, 30).catch(() => undefined);
    await untilSays(stopped.id, 'told');
    const { pid } = await suite.api.containers.inspect(exits.id);
    await suite.server.kill9();
    await stop;
    process.kill(pid ?? 0, 'SIGKILL');
    const files = [exits, hog, stopped].map(({ id }) => `${suite.instance.root}/containers/${id}/exit.json`);
    await until(
      async () => files.map((file) => existsSync(file)),
      (there) => there.every(Boolean),
      60_000,
    );
    await suite.startServer();
    expect((await deaths(exits.id))[0]).toMatchObject({ cause: 'signal', signal: 'SIGKILL', sender: { kind: 'host' } });
    expect((await deaths(hog.id))[0]).toMatchObject({ cause: 'oom', exitCode: 137, usage: { memoryLimitBytes: 64 * MIB } });
    expect((await deaths(stopped.id))[0]).toMatchObject({ cause: 'stopped', exitCode: 8, request: { verb: 'stop', timeoutSeconds: 30 } });
    expect((await suite.api.containers.inspect(stopped.id)).lastDeath?.log.map(({ text }) => text)).toEqual(['ready', 'told']);
  });
});
