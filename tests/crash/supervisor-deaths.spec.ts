import { expect, it } from 'vitest';
import { lanes } from '../support/measure.js';
import { random } from '../support/random.js';
import { rounds, score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';
import { lives, supervisorOf } from '../support/supervised.js';
import { until } from '../support/until.js';

const ROUNDS = rounds(24, 100);
/** What docker says where nobody knows. */
const UNKNOWN = 255;
const suite = useSuite({ images: ['busybox'] });

it(`kill -9 of ${ROUNDS} supervisors, some in the moment of the exit: the code is the program's own or said to be unknown, and everything of them is gone`, async () => {
  const next = random(20_261_122);
  const plans = Array.from({ length: ROUNDS }, () => ({ code: 1 + Math.floor(next() * 120), endsBy: next() < 0.5, wait: next() * 120 }));
  const outcomes = await lanes(ROUNDS, 4, async (round) => {
    const { code, endsBy, wait } = plans[round] ?? { code: 0, endsBy: false, wait: 0 };
    // A program that ends by itself about when its supervisor dies, or one that never would.
    const command = ['sh', '-c', endsBy ? `usleep 60000; exit ${code}` : `trap 'exit ${code}' TERM; sleep 5000 & wait`];
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command, start: true });
    const { pid } = await suite.api.containers.inspect(id);
    const supervisor = pid === null ? 0 : await supervisorOf(pid).catch(() => 0);
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (supervisor > 1) kill(supervisor);
    const seen = await until(
      () => suite.api.containers.inspect(id),
      ({ state }) => state === 'exited',
    );
    const { exitCode, error } = seen;
    const own = endsBy && exitCode === code && error === null;
    const unknown = exitCode === UNKNOWN && /supervisor/.test(error ?? '');
    const orphan = pid !== null && (await lives(pid));
    return { own, unknown, told: `${exitCode} (${error}), wanted ${endsBy ? code : 'unknown'}`, orphan, id };
  });
  const wrong = outcomes.filter(({ own, unknown }) => !own && !unknown).map(({ told }) => told);
  const known = outcomes.filter(({ own }) => own).length;
  await score({
    row: 6,
    ours: `${wrong.length} of ${ROUNDS}: ${known} with their own code, ${ROUNDS - known - wrong.length} ended and told as lost`,
    met: wrong.length === 0,
  });
  expect(wrong).toEqual([]);
  expect(outcomes.filter(({ orphan }) => orphan)).toEqual([]);
  // The lost ones can be started again and removed.
  const lost = outcomes.find(({ unknown }) => unknown)?.id ?? '';
  await suite.api.containers.start(lost);
  await suite.removeContainers();
  await suite.expectNothingLeft();
}, 300_000);

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Its container has ended, and so has it.
  }
}
