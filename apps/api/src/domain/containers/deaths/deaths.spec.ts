import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ContainerHouse, containerHouse, createRequest, outside, principalOf } from '../../../testing/container-house.js';
import { DomainError } from '../../errors.js';

const alice = principalOf('default');
let world: ReturnType<typeof outside>;
let house: ContainerHouse;
beforeEach(() => {
  world = outside();
  house = containerHouse(world);
});
afterEach(() => house.scheduler.onApplicationShutdown());

const started = (changes: Parameters<typeof createRequest>[0] = {}) =>
  house.create.execute(alice, createRequest({ name: 'web', start: true, ...changes }));
const deaths = () => house.deaths.execute(alice, 'web');

describe('a death record', () => {
  it('says who asked for a stop, and with what it began', async () => {
    await started();
    await house.stop.execute(alice, 'web', 5);
    const [death] = await deaths();
    expect(death).toMatchObject({ number: 1, cause: 'stopped', signal: 15, sender: { kind: 'keelson' }, willRestart: false });
    expect(death?.request).toMatchObject({ verb: 'stop', actor: alice.name, signal: 15, timeoutMs: 5000 });
    expect(house.inspect.execute(alice, 'web').lastDeath).toEqual(death);
  });

  it('keeps the last lines of the run', async () => {
    world.log.lines = Array.from({ length: 30 }, (_, at) => `line ${at}`.padEnd(600, '.'));
    const { id } = await started();
    house.runtime.exit(id, 1);
    await expect.poll(deaths).toHaveLength(1);
    const lines = (await deaths())[0]?.log ?? [];
    expect(lines.map(({ text }) => text.slice(0, 7))).toEqual(Array.from({ length: 20 }, (_, at) => `line ${at + 10}`));
    expect(lines[0]?.text).toHaveLength(512);
  });

  it('has the most processes that were seen where the kernel does not count them', async () => {
    const { id, run } = await started();
    const details = { coreDumped: false, sent: [], oomKills: 0, oomVictim: null };
    const usage = { cpuUsageNs: 1, cpuThrottledNs: 0, memoryPeakBytes: null, memoryLimitBytes: null, pidsPeak: null, pidsLimit: null };
    for (const count of [2, 7, 3]) house.seen.note(id, run.startedAt?.getTime() ?? 0, count);
    house.runtime.exit(id, 0, { details: { ...details, usage } });
    await expect.poll(deaths).toHaveLength(1);
    await house.start.execute(alice, 'web');
    house.runtime.exit(id, 0, { details: { ...details, usage: { ...usage, pidsPeak: 9 } } });
    await expect.poll(deaths).toHaveLength(2);
    expect((await deaths()).map((death) => [death.usage?.pidsPeak, death.usage?.pidsPeakSampled])).toEqual([
      [9, false],
      [7, true],
    ]);
  });

  it('of a start that failed says why, and a later run counts on', async () => {
    house.runtime.failStart = new DomainError('command_not_found', 'container web has no program /x');
    await expect(started()).rejects.toMatchObject({ code: 'command_not_found' });
    house.runtime.failStart = null;
    const { id } = await house.start.execute(alice, 'web');
    house.runtime.exit(id, 0);
    await expect.poll(deaths).toHaveLength(2);
    const [last, first] = await deaths();
    expect(first).toMatchObject({ number: 1, cause: 'start_failed', exitCode: 127, startedAt: null });
    expect(first?.sentence).toContain('no program /x');
    expect(last).toMatchObject({ number: 2, cause: 'exited', exitCode: 0 });
  });

  it('of a lost supervisor makes up no code but 255', async () => {
    const { id } = await started();
    house.runtime.exit(id, null);
    await expect.poll(deaths).toHaveLength(1);
    expect((await deaths())[0]).toMatchObject({ cause: 'lost', exitCode: 255, signal: 0, sender: null, usage: null });
  });

  it('tells that a policy brings it back, and how often it has', async () => {
    const { id } = await started({ restartPolicy: { name: 'on-failure', maximumRetryCount: 1 } });
    house.runtime.exit(id, 1);
    await expect.poll(() => house.inspect.execute(alice, 'web')).toMatchObject({ state: 'running', restartCount: 1 });
    house.runtime.exit(id, 1);
    await expect.poll(deaths).toHaveLength(2);
    expect((await deaths()).map(({ willRestart, restartCount }) => [willRestart, restartCount])).toEqual([
      [false, 1],
      [true, 0],
    ]);
  });

  it('that a killed server did not come to is made from the exit file at its next start, once', async () => {
    const container = await started();
    house.runtime.exit(container.id, 3);
    await expect.poll(deaths).toHaveLength(1);
    const [whole] = await deaths();
    const { startedAt, finishedAt } = house.inspect.execute(alice, 'web').run;
    if (!startedAt || !finishedAt) throw new Error('it has not ended');
    world.archive = new (world.archive.constructor as new () => typeof world.archive)();
    world.runtime.found.set(container.id, { kind: 'exited', exit: { exitCode: 3, signal: 0, oomKilled: false, startedAt, finishedAt } });
    for (const _ of [1, 2]) {
      house = containerHouse(world);
      await house.reconcile.execute();
      expect(await deaths()).toEqual([whole]);
      expect(house.inspect.execute(alice, 'web').lastDeath).toEqual(whole);
    }
  });
});
