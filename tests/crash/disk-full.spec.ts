import { existsSync } from 'node:fs';
import type { ContainerDetail } from '@keelson/contracts';
import { expect, it } from 'vitest';
import { ApiFailure } from '../support/client.js';
import { lanes } from '../support/measure.js';
import { rounds, score } from '../support/scorecard.js';
import { SmallDisk } from '../support/small-disk.js';
import { useSuite } from '../support/suite.js';
import { lives } from '../support/supervised.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const ROUNDS = rounds(1, 10);
/** What a start of the server needs for the index of the database's journal. */
const START_BYTES = 64 * 1024;
let disk: SmallDisk;
const suite = useSuite({
  images: ['busybox'],
  prepare: async ({ root }) => {
    disk = await SmallDisk.mount(root, 96 * MIB);
    return () => disk.close();
  },
});

type Seen = ContainerDetail | null;
interface Verb {
  readonly name: string;
  /** On a disk that was full before it. */
  readonly ask: (id: string) => Promise<unknown>;
  /** Must be so after a restart where the answer was that it is done. */
  readonly done: (seen: Seen) => boolean;
  /** Must be done whatever the disk says. */
  readonly always?: true;
  /** What it is asked about: running by default. */
  readonly stopped?: true;
}

const state = (seen: Seen) => seen?.state ?? 'gone';
const VERBS: readonly Verb[] = [
  { name: 'create', ask: () => make({ name: 'made-when-full' }), done: () => true },
  { name: 'start', stopped: true, ask: (id) => suite.api.containers.start(id), done: (seen) => state(seen) === 'running' },
  { name: 'restart', ask: (id) => suite.api.containers.restart(id, 0), done: (seen) => state(seen) === 'running' },
  { name: 'rename', ask: (id) => rename(id, 'another-name'), done: (seen) => seen?.name === 'another-name' },
  { name: 'update', ask: (id) => update(id), done: (seen) => seen?.resources.pidsLimit === 77 },
  { name: 'pause', ask: (id) => pause(id), done: (seen) => state(seen) === 'paused' },
  { name: 'exec', ask: (id) => suite.api.containers.exec(id, { command: ['true'] }), done: (seen) => state(seen) === 'running' },
  {
    name: 'stop',
    always: true,
    ask: (id) => suite.api.containers.stop(id, 0),
    done: (seen) => state(seen) === 'exited' && seen?.exitCode === 137,
  },
  { name: 'kill', always: true, ask: (id) => killed(id), done: (seen) => state(seen) === 'exited' && seen?.exitCode === 137 },
  { name: 'remove', always: true, stopped: true, ask: (id) => suite.api.containers.remove(id), done: (seen) => seen === null },
  { name: 'forced remove', always: true, ask: (id) => suite.api.containers.remove(id, { force: true }), done: (seen) => seen === null },
];

const make = (more: { name: string }) =>
  suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '5000'], ...more });
const rename = (id: string, name: string) => suite.api.done('POST', `/containers/${id}/rename`, { body: { name } });
const update = (id: string) => suite.api.containers.update(id, { resources: { pidsLimit: 77 } });
const pause = (id: string) => suite.api.done('POST', `/containers/${id}/pause`);

async function killed(id: string): Promise<void> {
  await suite.api.containers.kill(id);
  await suite.api.containers.wait(id);
}

async function seen(id: string): Promise<Seen> {
  return suite.api.containers.inspect(id).catch((error: unknown) => {
    if (error instanceof ApiFailure && error.code === 'container_not_found') return null;
    throw error;
  });
}

/** The record says what the kernel says. */
async function isTrue(now: Seen, pid: number | null): Promise<boolean> {
  if (now?.state === 'running' || now?.state === 'paused') return now.pid !== null && lives(now.pid);
  return pid === null || !existsSync(`/proc/${pid}`) || !(await lives(pid));
}

interface Attempt {
  readonly verb: Verb;
  readonly id: string;
  readonly pid: number | null;
  answer: string;
}

async function prepare(verb: Verb): Promise<Attempt> {
  const { id } = await make({ name: `for-${verb.name.replace(' ', '-')}` });
  if (!verb.stopped) await suite.api.containers.start(id);
  const { pid } = await suite.api.containers.inspect(id);
  return { verb, id, pid, answer: '' };
}

async function judge({ verb: { name, done, always }, id, pid, answer }: Attempt): Promise<string[]> {
  const complaints: string[] = [];
  if (answer !== 'done' && always) complaints.push(`${name}: ${answer}`);
  // A refusal is told as what it is.
  if (answer !== 'done' && answer !== 'storage_full') complaints.push(`${name}: refused with ${answer}`);
  const now = await until(
    () => seen(id),
    (one) => !['starting', 'stopping', 'removing'].includes(state(one)),
  );
  if (answer === 'done' && !done(now)) complaints.push(`${name}: a lie, it is ${state(now)} with ${now?.exitCode} after the restart`);
  if (!(await isTrue(now, pid))) complaints.push(`${name}: a lie, the record says ${state(now)}`);
  return complaints;
}

async function round(): Promise<string[]> {
  const attempts = await lanes(VERBS.length, 1, (at) => prepare(VERBS[at] as Verb));
  for (const attempt of attempts) {
    // Again before each: some verbs make room.
    await disk.fill(0);
    attempt.answer = await attempt.verb.ask(attempt.id).then(
      () => 'done',
      (error: unknown) => (error instanceof ApiFailure ? error.code : String(error)),
    );
  }
  await suite.server.kill9();
  await disk.empty();
  await disk.fill(START_BYTES);
  await suite.startServer();
  const complaints = await lanes(attempts.length, 1, (at) => judge(attempts[at] as Attempt));
  await suite.removeContainers();
  await disk.empty();
  return complaints.flat();
}

it(
  `a disk that is full makes no verb lie, and stop and remove are always possible, ${ROUNDS} times`,
  async () => {
    const complaints: string[] = [];
    for (let number = 0; number < ROUNDS; number++) complaints.push(...(await round()));
    const lies = complaints.filter((line) => line.includes('a lie')).length;
    const others = complaints.length - lies;
    await score({
      row: 12,
      ours: `${lies} of ${VERBS.length * ROUNDS}; ${others} impossible or refused wrongly`,
      met: complaints.length === 0,
    });
    expect(complaints).toEqual([]);
  },
  ROUNDS * 120_000,
);

it('an exit without a server on a disk that is full is known afterwards', async () => {
  const { id } = await suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sh', '-c', 'sleep 1.5; exit 23'],
    start: true,
  });
  const { pid } = await suite.api.containers.inspect(id);
  await disk.fill(0);
  await suite.server.kill9();
  await until(
    () => lives(pid ?? 0),
    (alive) => !alive,
  );
  await disk.empty();
  await suite.startServer();
  expect(await suite.api.containers.inspect(id)).toMatchObject({ state: 'exited', exitCode: 23, error: null });
});
