import { existsSync } from 'node:fs';
import type { ContainerDetail } from '@keelson/contracts';
import type { Api } from '../support/api.js';
import { ApiFailure } from '../support/client.js';
import { until } from '../support/until.js';

type Verb = 'create' | 'start' | 'exec' | 'stop' | 'remove';
const KILLED = 137;
const EXEC_CODE = 7;
const SMALLEST_ROOTFS = 16 * 1024 ** 2;
const IN_BETWEEN = ['starting', 'stopping', 'removing'];

/** What a client asked for and what it was told was done; the second must hold whatever happens to the server. */
export interface Life {
  readonly name: string;
  id: string;
  /** The code its program ends with; null: it sleeps until it is stopped. */
  readonly code: number | null;
  readonly asked: Set<Verb>;
  readonly told: Set<Verb>;
  /** What the client was told before the crash and was not so. */
  readonly lies: string[];
}

export interface Verdict {
  readonly lost: string[];
  readonly reappeared: string[];
  readonly wrongCodes: string[];
}

export interface LifePlan {
  readonly api: Api;
  readonly image: string;
  readonly name: string;
  readonly next: () => number;
}

/** One container from its creation to its removal, or until the server dies under it. Every second ends by itself. */
export async function live({ api, image, name, next }: LifePlan): Promise<Life> {
  const code = next() < 0.5 ? null : 1 + Math.floor(next() * 120);
  const life: Life = { name, id: '', code, asked: new Set(), told: new Set(), lies: [] };
  const command = code === null ? ['sleep', '1000'] : ['sh', '-c', `usleep ${Math.floor(next() * 300_000)}; exit ${code}`];
  const step = async (verb: Verb, ask: () => Promise<unknown>) => {
    life.asked.add(verb);
    const answer = await ask();
    life.told.add(verb);
    return answer;
  };
  try {
    await step('create', async () => {
      const ports = next() < 0.3 ? [{ containerPort: 80, hostAddress: '127.0.0.1' }] : [];
      // Some with an image file of their own, where sizes are kept that way.
      const resources = next() < 0.3 ? { rootfsSizeBytes: SMALLEST_ROOTFS } : {};
      life.id = (await api.containers.create({ image, command, name, ports, resources })).id;
    });
    await step('start', () => api.containers.start(life.id));
    if (code === null) await liveAndStop(api, life, step);
    else note(life, `wait answered`, (await api.containers.wait(life.id)).exitCode, code);
    await step('remove', () => api.containers.remove(life.id));
  } catch (error) {
    // A refusal is an answer of a living server, and there is nothing here to refuse.
    if (error instanceof ApiFailure && error.code !== 'not_ready') throw error;
  }
  return life;
}

async function liveAndStop(api: Api, life: Life, step: (verb: Verb, ask: () => Promise<unknown>) => Promise<unknown>): Promise<void> {
  await step('exec', async () => {
    const { exitCode } = await api.containers.exec(life.id, { command: ['sh', '-c', `exit ${EXEC_CODE}`] });
    note(life, 'exec answered', exitCode, EXEC_CODE);
  });
  await step('stop', () => api.containers.stop(life.id, 0));
}

function note(life: Life, what: string, seen: number, wanted: number): void {
  if (seen !== wanted) life.lies.push(`${what} ${seen}, not ${wanted}`);
}

/** Compares every promise of `lives` with what the server says now, and what it says with the kernel. */
export async function judge(api: Api, lives: readonly Life[]): Promise<Verdict> {
  await until(
    () => api.containers.list(),
    (all) => all.every(({ state }) => !IN_BETWEEN.includes(state)),
  );
  const verdict: Verdict = { lost: [], reappeared: [], wrongCodes: [] };
  for (const life of lives) {
    verdict.wrongCodes.push(...life.lies.map((lie) => `${life.name}: ${lie}`));
    if (life.id !== '') await judgeOne(api, life, verdict);
  }
  return verdict;
}

async function judgeOne(api: Api, life: Life, verdict: Verdict): Promise<void> {
  const seen = await settled(api, life);
  const { asked, told, name } = life;
  if (told.has('remove') && seen !== null) verdict.reappeared.push(name);
  if (seen === null) {
    if (!asked.has('remove')) verdict.lost.push(name);
    return;
  }
  const { state, pid, exitCode, startedAt, error } = seen;
  if (state === 'running' && !existsSync(`/proc/${pid}`)) verdict.lost.push(`${name} is told as running without a process`);
  if (told.has('start') && startedAt === null) verdict.lost.push(`${name} was started and is told as never started (${error})`);
  const wanted = life.code ?? KILLED;
  if (life.code === null && told.has('start') && !asked.has('stop')) {
    if (state !== 'running') verdict.lost.push(`${name} is ${state} (${exitCode}, ${error}) and nobody had stopped it`);
  } else if (startedAt !== null && (state !== 'exited' || exitCode !== wanted) && mustHaveEnded(life)) {
    verdict.wrongCodes.push(`${name} is ${state} with ${exitCode}, not exited with ${wanted} (${error})`);
  }
}

const mustHaveEnded = ({ code, told }: Life) => code !== null || told.has('stop');

/** Programs that end by themselves may still run for a moment. */
async function settled(api: Api, life: Life): Promise<ContainerDetail | null> {
  return until(
    () => inspected(api, life.id),
    (seen) => seen === null || life.code === null || seen.state !== 'running',
  );
}

async function inspected(api: Api, id: string): Promise<ContainerDetail | null> {
  return api.containers.inspect(id).catch((error: unknown) => {
    if (error instanceof ApiFailure && error.code === 'container_not_found') return null;
    throw error;
  });
}
