import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../support/client.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const ROUNDS = 20;
const suite = useSuite({ images: ['busybox'] });

/** The same sequence in every run, so that a failure can be looked at again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** What the client was told before the crash; whatever was promised must hold after it. */
interface Promised {
  readonly id: string;
  readonly started: boolean;
  readonly stopped: boolean;
  readonly removed: boolean;
}

/** One container's whole life, until the server dies under it. */
async function live(name: string): Promise<Promised | undefined> {
  const told = { id: '', started: false, stopped: false, removed: false };
  try {
    told.id = (await suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '1000'], name })).id;
    await suite.api.containers.start(told.id);
    told.started = true;
    await suite.api.containers.stop(told.id, 0);
    told.stopped = true;
    await suite.api.containers.remove(told.id);
    told.removed = true;
  } catch (error) {
    // A refusal is an answer of a living server, and there is nothing here to refuse.
    if (error instanceof ApiFailure && error.code !== 'not_ready') throw error;
  }
  return told.id === '' ? undefined : told;
}

describe('kill -9 of the server during create, start, stop and remove', () => {
  it(
    `loses nothing and leaves nothing, ${ROUNDS} times`,
    async () => {
      const next = random(20_261_121);
      const steady = await suite.api.containers.create({
        image: suite.image('busybox'),
        command: ['sleep', '5000'],
        name: 'steady',
        start: true,
      });
      const { pid } = await suite.api.containers.inspect(steady.id);

      for (let round = 0; round < ROUNDS; round++) {
        const lives = [1, 2, 3].map((lane) => live(`round-${round}-${lane}`));
        const moment = Math.floor(next() * 250);
        await new Promise((resolve) => setTimeout(resolve, moment));
        await suite.server.kill9();
        const promised = (await Promise.all(lives)).filter((told) => told !== undefined);
        await suite.startServer();
        await checkPromises(promised, `round ${round}, killed after ${moment} ms`);
        expect((await suite.api.containers.inspect(steady.id)).pid).toBe(pid);
        for (const { id } of await suite.api.containers.list())
          if (id !== steady.id) await suite.api.containers.remove(id, { force: true });
      }
      await suite.api.containers.remove(steady.id, { force: true });
      await suite.expectNothingLeft();
    },
    ROUNDS * 15_000,
  );
});

async function checkPromises(promised: readonly Promised[], when: string): Promise<void> {
  const listed = await until(
    () => suite.api.containers.list(),
    (all) => all.every(({ state }) => state !== 'starting' && state !== 'stopping' && state !== 'removing'),
  );
  const states = new Map(listed.map(({ id, state }) => [id, state]));
  for (const { id, started, stopped, removed } of promised) {
    const state = states.get(id);
    if (removed) expect(state, `removed, ${when}`).toBeUndefined();
    // Its remove may have been under way, and then either is right.
    else if (stopped) expect(['exited', undefined], `stopped, ${when}`).toContain(state);
    else if (started) expect(['running', 'exited'], `started, ${when}`).toContain(state);
    else expect(['created', 'running', 'exited'], `created, ${when}`).toContain(state);
  }
}
