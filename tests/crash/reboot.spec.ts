import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerDetail, CreateContainerInput } from '@keelson/contracts';
import { expect, it } from 'vitest';
import { clearHost } from '../support/destroy.js';
import { lanes } from '../support/measure.js';
import { freePort } from '../support/ports.js';
import { rounds, score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const ROUNDS = rounds(3, 50);
const suite = useSuite({ images: ['busybox'] });
const httpd = ['httpd', '-f', '-p', '80', '-h', '/etc'];

/** Everything dies, the kernel forgets what was set up in it, /run is empty, and the next boot has another id. */
async function reboot(): Promise<void> {
  await suite.server.kill9();
  await clearHost(suite.instance);
  await rm(suite.instance.run, { recursive: true, force: true });
  await writeFile(join(suite.instance.root, 'boot-id'), 'a boot of before');
  await suite.startServer();
}

const wanted = [
  { name: 'always', again: true },
  { name: 'unless-stopped', again: true },
  // Its run was cut off, which nobody would call a success.
  { name: 'on-failure', again: true },
  { name: 'no', again: false },
] as const;

async function make(input: Partial<CreateContainerInput>): Promise<ContainerDetail> {
  return suite.api.containers.create({ image: suite.image('busybox'), command: httpd, start: true, ...input });
}

it(
  `after each of ${ROUNDS} reboots policies are kept, and names, addresses and ports are as before`,
  async () => {
    const running = await lanes(wanted.length, 1, async (at) => {
      const { name = 'no' } = wanted[at] ?? {};
      const resources = name === 'always' ? { rootfsSizeBytes: 16 * 1024 ** 2 } : {};
      return make({
        name,
        resources,
        restartPolicy: { name },
        ports: [{ containerPort: 80, hostPort: await freePort(), hostAddress: '127.0.0.1' }],
      });
    });
    const stopped = await make({ name: 'stopped-by-user', restartPolicy: { name: 'unless-stopped' } });
    await suite.api.containers.stop(stopped.id, 0);
    const done = await make({ name: 'done', command: ['sh', '-c', 'exit 3'] });
    await suite.api.containers.wait(done.id);

    const conflicts: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = await lanes(running.length, 1, (at) => suite.api.containers.inspect(running[at]?.id ?? ''));
      await reboot();
      for (const [at, { name, again }] of wanted.entries()) conflicts.push(...(await differences(before[at], name, again)));
      const others = await lanes(2, 1, (at) => suite.api.containers.inspect([stopped, done][at]?.id ?? ''));
      for (const [at, code] of [137, 3].entries())
        if (others[at]?.state !== 'exited' || others[at]?.exitCode !== code)
          conflicts.push(`${others[at]?.name}: ${others[at]?.state} ${others[at]?.exitCode}`);
      conflicts.push(...(await newcomer(round)));
      // What no policy brings back is started by hand, so that the next reboot finds it running.
      for (const [at, { again }] of wanted.entries()) if (!again) await suite.api.containers.start(running[at]?.id ?? '');
    }
    await score({ row: 15, ours: `${conflicts.length} in ${ROUNDS} reboots`, met: conflicts.length === 0 });
    expect(conflicts).toEqual([]);
    await suite.removeContainers();
    const left = (await suite.api.containers.list()).length;
    expect(left).toBe(0);
  },
  ROUNDS * 60_000,
);

async function differences(before: ContainerDetail | undefined, name: string, again: boolean): Promise<string[]> {
  const id = before?.id ?? '';
  const settled = (state: string) => state === (again ? 'running' : 'exited');
  const now = await until(
    () => suite.api.containers.inspect(id),
    ({ state }) => settled(state),
    10_000,
  ).catch(() => suite.api.containers.inspect(id));
  if (!settled(now.state)) return [`${name} is ${now.state}: ${now.error}`];
  if (!again) return /rebooted|lost/.test(now.error ?? '') ? [] : [`${name} has ended with ${now.exitCode}: ${now.error}`];
  const changes: string[] = [];
  if (now.network.ipv4 !== before?.network.ipv4) changes.push(`${name} has another address`);
  if (JSON.stringify(now.ports) !== JSON.stringify(before?.ports)) changes.push(`${name} has other ports`);
  const answer = await until(
    () => page(now.ports[0]?.hostPort ?? 0),
    (status) => status === 200,
    10_000,
  ).catch(() => 0);
  if (answer !== 200) changes.push(`${name} does not answer on its port`);
  return changes;
}

const page = (port: number) =>
  fetch(`http://127.0.0.1:${port}/passwd`).then(
    async (answer) => {
      await answer.text();
      return answer.status;
    },
    () => 0,
  );

/** One that is made afterwards gets what is free. */
async function newcomer(round: number): Promise<string[]> {
  const fresh = await make({ name: `new-${round}` });
  const all = await lanes(1, 1, () => suite.api.containers.list());
  const details = await lanes(all[0]?.length ?? 0, 4, (at) => suite.api.containers.inspect(all[0]?.[at]?.id ?? ''));
  const twice = (values: (string | number | null)[]) => values.filter((value, at) => value !== null && values.indexOf(value) !== at);
  const conflicts = [...twice(details.map(({ network }) => network.ipv4)), ...twice(details.map(({ hostUidBase }) => hostUidBase))];
  await suite.api.containers.remove(fresh.id, { force: true });
  return conflicts.map((value) => `${value} is taken twice`);
}
