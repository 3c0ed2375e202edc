import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { lanes } from '../support/measure.js';
import { rounds, score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const CYCLES = rounds(200, 10_000);
/** Until caches and the compiler have what they need; the short form cannot tell the rest from growth. */
const WARM_UP = rounds(60, 1000);
const suite = useSuite({ images: ['busybox'] });

async function cycle(at: number): Promise<void> {
  const ports = at % 10 === 0 ? [{ containerPort: 80, hostAddress: '127.0.0.1' }] : [];
  const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['true'], ports, start: true });
  await suite.api.containers.wait(id);
  await suite.api.containers.remove(id);
}

const lines = async (path: string) => (await readFile(path, 'utf8')).split('\n').length;

/** What the whole host holds; other work on it moves these as well, so they are told and only the instance's own must be nothing. */
async function held() {
  const status = await readFile(`/proc/${suite.server.pid}/status`, 'utf8');
  return {
    descriptors: (await readdir(`/proc/${suite.server.pid}/fd`)).length,
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]),
    residentMib: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024,
    mounts: await lines(`/proc/${suite.server.pid}/mountinfo`),
    // Dying groups are those that the kernel still holds memory of.
    dentries: Number((await readFile('/proc/sys/fs/dentry-state', 'utf8')).split('\t')[0]),
  };
}

it(
  `${CYCLES} cycles of create, start and remove leave nothing and do not grow the server`,
  async () => {
    await lanes(WARM_UP, 4, cycle);
    await suite.expectNothingLeft();
    const before = await held();
    await lanes(CYCLES, 4, cycle);
    await suite.expectNothingLeft();
    // Connections of clients that went are closed a moment later.
    const after = await until(held, ({ descriptors }) => descriptors <= before.descriptors, 15_000).catch(held);
    const growth = after.residentMib - before.residentMib;
    const more = after.descriptors - before.descriptors;
    const perCycle = (after.dentries - before.dentries) / CYCLES;
    await score({
      row: 17,
      ours: `0 left, ${more} descriptors, ${growth.toFixed(1)} MiB in ${CYCLES}, ${perCycle.toFixed(1)} dentries a cycle on the host`,
      met: more <= 0 && growth < 20,
    });
    expect(more).toBeLessThanOrEqual(2);
    expect(after.threads).toBeLessThanOrEqual(before.threads + 1);
    expect(after.mounts).toBe(before.mounts);
    expect(growth * MIB).toBeLessThan(64 * MIB);
  },
  CYCLES * 2_000 + 300_000,
);
