import { expect, it } from 'vitest';
import { ms, percentile, timed } from '../support/measure.js';
import { rounds, score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';

const MIB = 1024 * 1024;
const EXECS = rounds(60, 500);
const suite = useSuite({ images: ['busybox', 'python'] });

/** All three, each against its limit and without an end. Half of the machine is what a plan would give. */
const HOGS: Record<string, string[]> = {
  'fork-bomb': ['sh', '-c', 'bomb() { bomb | bomb & }; while true; do bomb; usleep 100000; done'],
  'memory-hog': [
    'sh',
    '-c',
    'while true; do dd if=/dev/zero of=/dev/null bs=48M count=20 2>/dev/null; dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null; done',
  ],
  'descriptor-hog': [
    'sh',
    '-c',
    'i=3; while true; do for i in 3 4 5 6 7 8 9; do eval "exec $i</dev/null"; done; sh -c "ulimit -n; for f in /proc/*/fd/*; do :; done" >/dev/null; done',
  ],
};

it('a fork bomb, a memory hog and a descriptor hog leave the others their speed', async () => {
  const quiet = await suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '5000'], start: true });
  const exec = () => suite.api.containers.exec(quiet.id, { command: ['true'] });
  await timed(20, exec);
  const idle = await timed(EXECS, exec);
  for (const [name, command] of Object.entries(HOGS)) {
    const resources = { memoryBytes: 64 * MIB, memorySwapBytes: 64 * MIB, pidsLimit: 64, cpus: 0.3 };
    await suite.api.containers.create({
      image: suite.image('busybox'),
      command,
      name,
      resources,
      restartPolicy: { name: 'always' },
      start: true,
    });
  }
  await timed(20, exec);
  const beset = await timed(EXECS, exec);
  const [before, after] = [percentile(idle, 0.99), percentile(beset, 0.99)];
  const [usual, then] = [percentile(idle, 0.5), percentile(beset, 0.5)];
  await score({
    row: 25,
    ours: `${(after / before).toFixed(1)} x (${ms(before)} to ${ms(after)}; median ${ms(usual)} to ${ms(then)})`,
    met: after <= 2 * before,
  });
  expect(after).toBeLessThan(Math.max(2000, 20 * before));
  const all = await suite.api.containers.list();
  expect(all.find(({ id }) => id === quiet.id)).toMatchObject({ state: 'running', oomKilled: false });
}, 180_000);
