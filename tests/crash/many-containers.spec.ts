import { beforeAll, describe, expect, it } from 'vitest';
import { setFreezer } from '../support/freezer.js';
import { lanes, ms, percentile, timed } from '../support/measure.js';
import { rounds, score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';
import { supervisorOf } from '../support/supervised.js';

const COUNT = rounds(100, 500);
/** Targets are for the table; a machine that does other work besides takes longer. */
const PATIENCE = 15;
const suite = useSuite({ images: ['busybox'] });
const sleeper = () => suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '5000'], start: true });

/** Every container with its pid and start: what must not change. */
const alive = async () => {
  const all = await suite.api.containers.list();
  const facts = await lanes(all.length, 8, async (at) => suite.api.containers.inspect(all[at]?.id ?? ''));
  return facts.map(({ id, pid, startedAt, state }) => ({ id, pid, startedAt, state }));
};

const startTime = async (): Promise<number> => {
  const begun = performance.now();
  await suite.startServer();
  await suite.api.containers.list();
  return performance.now() - begun;
};

describe(`with ${COUNT} running containers`, () => {
  let ids: string[];
  beforeAll(async () => {
    ids = (await lanes(COUNT, 6, sleeper)).map(({ id }) => id);
  }, 1_200_000);

  it('a server that was killed is back soon, answers quickly and has touched none of them', async () => {
    const before = await alive();
    expect(before.every(({ state }) => state === 'running')).toBe(true);
    const ready: number[] = [];
    for (let round = 0; round < rounds(3, 10); round++) {
      await suite.server.kill9();
      ready.push(await startTime());
    }
    expect(await alive()).toEqual(before);
    const list = percentile(await timed(200, () => suite.api.containers.list()), 0.99);
    const slowest = Math.max(...ready);
    const ours = `${ms(slowest)} with ${COUNT}, ${ms(list)}`;
    await score({ row: 14, ours, met: slowest < 2000 && list < 100 });
    expect(slowest).toBeLessThan(2000 * PATIENCE);
    expect(list).toBeLessThan(100 * PATIENCE);
  }, 600_000);

  it('SIGSEGV in the server costs none of them', async () => {
    const before = await alive();
    const ready: number[] = [];
    for (let round = 0; round < rounds(2, 10); round++) {
      await suite.server.segfault();
      ready.push(await startTime());
    }
    const after = await alive();
    const lost = before.filter((one, at) => JSON.stringify(after[at]) !== JSON.stringify(one)).length;
    const slowest = Math.max(...ready);
    await score({ row: 24, ours: `${ms(slowest)}, ${lost} of ${before.length}`, met: slowest < 3000 && lost === 0 });
    expect(after).toEqual(before);
    expect(slowest).toBeLessThan(3000 * PATIENCE);
  }, 600_000);

  it('one whose processes and supervisor hang makes none of the others wait', async () => {
    const [hung = '', ...others] = ids;
    const { pid, cgroupPath } = await suite.api.containers.inspect(hung);
    const supervisor = await supervisorOf(pid ?? 0);
    process.kill(supervisor, 'SIGSTOP');
    await setFreezer(cgroupPath, true);
    // Two who do wait for it, meanwhile.
    const stopping = suite.api.containers.stop(hung, 0).catch((error: unknown) => error);
    const adding = suite.api.containers.exec(hung, { command: ['true'] }).catch((error: unknown) => error);
    try {
      const list = await timed(100, () => suite.api.containers.list());
      let at = 0;
      const inspect = await timed(100, () => suite.api.containers.inspect(others[at++ % others.length] ?? ''));
      const stop = await timed(10, () => suite.api.containers.stop(others[at++ % others.length] ?? '', 0));
      const worst = [list, inspect, stop].map((samples) => percentile(samples, 0.99));
      await score({ row: 18, ours: worst.map(ms).join(', '), met: worst.every((value) => value < 200) });
      expect(Math.max(...worst)).toBeLessThan(200 * PATIENCE);
    } finally {
      await setFreezer(cgroupPath, false);
      process.kill(supervisor, 'SIGCONT');
    }
    await Promise.all([stopping, adding]);
    await suite.api.containers.remove(hung, { force: true });
  }, 120_000);

  it('and all of them can be removed', async () => {
    const all = await suite.api.containers.list();
    await lanes(all.length, 6, (at) => suite.api.containers.remove(all[at]?.id ?? '', { force: true }));
    expect(await suite.api.containers.list()).toEqual([]);
  }, 600_000);
});
