import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../support/client.js';
import { freePort } from '../support/ports.js';
import { rounds, score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';

const ROUNDS = rounds(3, 1000);
const AT_ONCE = 100;
/** Each is a container of its own, with processes: fewer, so that a small machine can hold them. */
const STARTS_AT_ONCE = 20;
const suite = useSuite({ images: ['busybox'] });

/** Codes of refusals, and how many were not refused. */
async function outcomes(attempts: readonly Promise<unknown>[]): Promise<{ won: number; codes: string[] }> {
  const results = await Promise.allSettled(attempts);
  const codes = results.flatMap((result) => {
    if (result.status === 'fulfilled') return [];
    return [result.reason instanceof ApiFailure ? result.reason.code : String(result.reason)];
  });
  return { won: results.length - codes.length, codes: [...new Set(codes)] };
}

const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const create = (more: object) => suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '5000'], ...more });

describe(`${AT_ONCE} clients at once, ${ROUNDS} times`, () => {
  const anomalies: string[] = [];
  const only = (what: string, { won, codes }: { won: number; codes: string[] }, refusals: readonly string[]) => {
    if (won !== 1) anomalies.push(`${what}: ${won} won`);
    for (const code of codes) if (!refusals.includes(code)) anomalies.push(`${what}: ${code}`);
  };

  it(
    'one gets the name, one the port, one removal takes effect',
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        only('name', await outcomes(times(AT_ONCE, () => create({ name: 'wanted' }))), ['container_name_taken']);
        const removals = await outcomes(times(AT_ONCE, () => suite.api.containers.remove('wanted')));
        // A removal that found it still there and came second has nothing left to do, and says so or not.
        if (removals.won < 1) anomalies.push('nobody could remove it');
        for (const code of removals.codes)
          if (code !== 'container_not_found' && code !== 'container_state_conflict') anomalies.push(`removal: ${code}`);

        const hostPort = await freePort();
        const ports = [{ containerPort: 80, hostPort, hostAddress: '127.0.0.1' }];
        const made = await Promise.all(times(STARTS_AT_ONCE, () => create({ ports })));
        only('port', await outcomes(made.map(({ id }) => suite.api.containers.start(id))), ['port_in_use']);
        const [winner] = (await suite.api.containers.list()).filter(({ state }) => state === 'running');
        // All want the same one.
        const starts = await outcomes(times(AT_ONCE, () => suite.api.containers.restart(winner?.id ?? '', 0)));
        for (const code of starts.codes) if (code !== 'container_state_conflict') anomalies.push(`restart: ${code}`);
        const mixed = await outcomes(
          times(AT_ONCE, (at) =>
            at % 2 ? suite.api.containers.remove(winner?.id ?? '', { force: true }) : suite.api.containers.start(winner?.id ?? ''),
          ),
        );
        for (const code of mixed.codes)
          if (code !== 'container_not_found' && code !== 'container_state_conflict') anomalies.push(`start and removal: ${code}`);
        await suite.removeContainers();
      }
      await score({ row: 19, ours: `1, ${anomalies.length} anomalies in ${ROUNDS} rounds`, met: anomalies.length === 0 });
      expect(anomalies).toEqual([]);
      await suite.expectNothingLeft();
    },
    ROUNDS * 60_000,
  );
});
