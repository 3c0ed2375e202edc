import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { databaseDamage } from '../support/database.js';
import { random } from '../support/random.js';
import { rounds, score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';
import { judge, type Life, live } from './lives.js';

const ROUNDS = rounds(30, 200);
const LANES = 4;
/** Within it everything happens that the lanes do: the first creation as well as the last removal. */
const LATEST_MS = 450;
const suite = useSuite({ images: ['busybox'] });

const tally = {
  created: 0,
  started: 0,
  removed: 0,
  lost: [] as string[],
  reappeared: [] as string[],
  wrong: [] as string[],
  damage: [] as string[],
};

async function round(number: number, next: () => number): Promise<void> {
  const plan = { api: suite.api, image: suite.image('busybox'), next };
  const lives = Array.from({ length: LANES }, (_, lane) => live({ ...plan, name: `round-${number}-${lane}` }));
  const moment = Math.floor(next() * LATEST_MS);
  await new Promise((resolve) => setTimeout(resolve, moment));
  await suite.server.kill9();
  const ended = await Promise.all(lives);
  const damage = await databaseDamage(suite.instance);
  await suite.startServer();
  const { lost, reappeared, wrongCodes } = await judge(suite.api, ended);
  const when = (line: string) => `${line} (killed after ${moment} ms)`;
  tally.lost.push(...lost.map(when));
  tally.reappeared.push(...reappeared.map(when));
  tally.wrong.push(...wrongCodes.map(when));
  if (damage !== null) tally.damage.push(when(damage));
  count(ended);
}

function count(lives: readonly Life[]): void {
  tally.created += lives.filter(({ told }) => told.has('create')).length;
  tally.started += lives.filter(({ told }) => told.has('start')).length;
  tally.removed += lives.filter(({ told }) => told.has('remove')).length;
}

const descriptors = async () => (await readdir(`/proc/${suite.server.pid}/fd`)).length;

describe(`kill -9 of the server at ${ROUNDS} random points of create, start, exec, stop and remove`, () => {
  it(
    'loses no container, no removal and no exit code, and leaves nothing behind',
    async () => {
      const next = random(20_261_121);
      const steady = await suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '5000'], start: true });
      const { pid, hostUidBase } = await suite.api.containers.inspect(steady.id);
      for (let number = 0; number < ROUNDS; number++) {
        await round(number, next);
        expect((await suite.api.containers.inspect(steady.id)).pid).toBe(pid);
        for (const { id } of await suite.api.containers.list())
          if (id !== steady.id) await suite.api.containers.remove(id, { force: true });
      }
      await suite.removeContainers();
      const left = await suite.expectNothingLeft().then(
        () => [],
        (error: Error) => error.message.split('\n').slice(1),
      );
      await note(left);

      expect(tally).toMatchObject({ lost: [], reappeared: [], wrong: [], damage: [] });
      expect(left).toEqual([]);
      // The lowest free block of ids: none is held by what is gone.
      const fresh = await suite.api.containers.create({ image: suite.image('busybox'), command: ['true'] });
      expect(fresh.hostUidBase).toBe(hostUidBase);
      await suite.api.containers.remove(fresh.id);
    },
    ROUNDS * 20_000,
  );

  it('and a server that lived through a container’s life holds no descriptor of it', async () => {
    const one = async () => {
      const { container } = await suite.api.run({ image: suite.image('busybox'), command: ['true'] });
      await suite.api.containers.remove(container.id);
    };
    await one();
    const before = await descriptors();
    for (let times = 0; times < 5; times++) await one();
    await until(descriptors, (now) => now <= before);
  });
});

async function note(left: readonly string[]): Promise<void> {
  const { created, started, removed, lost, reappeared, wrong, damage } = tally;
  await score({ row: 1, ours: `${lost.length} of ${created} in ${ROUNDS} rounds`, met: lost.length === 0 });
  await score({ row: 2, ours: `${reappeared.length} of ${removed}`, met: reappeared.length === 0 });
  await score({ row: 3, ours: `${wrong.length} of ${started}`, met: wrong.length === 0 });
  await score({ row: 4, ours: `${left.length}`, met: left.length === 0 });
  const sound = wrong.length + left.length + damage.length === 0;
  // The store is SQLite, which lives in the server's process: one signal kills both.
  await score({ row: 5, ours: `${wrong.length}, ${left.length}, ${damage.length} (SQLite, in the server)`, met: sound });
}
