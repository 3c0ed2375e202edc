import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect, texts } from '../support/api.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const suite = useSuite({ images: ['busybox', 'nginx'] });

async function crashAndRestart(whileDown: () => Promise<void> = async () => undefined): Promise<void> {
  await suite.server.kill9();
  await whileDown();
  await suite.startServer();
}

const facts = async (id: string) => {
  const { state, pid, startedAt, resources, network, ports, restartCount, name } = await suite.api.containers.inspect(id);
  return { state, pid, startedAt, resources, network, ports, restartCount, name };
};

/** Host pids of processes in a container's own process namespace with this command. */
async function pidsOf(command: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, at) => lines[at]?.replaceAll('\0', ' ').trim() === command).map(Number);
}

describe('kill -9 of the server while containers run', () => {
  let writer: string;
  let server: string;
  let port: number;

  beforeAll(async () => {
    writer = (
      await suite.api.containers.create({
        image: suite.image('busybox'),
        command: ['sh', '-c', 'i=0; while true; do echo $i; i=$((i+1)); usleep 2000; done'],
        resources: { memoryBytes: 64 * MIB, pidsLimit: 50, cpus: 0.5 },
        name: 'writer',
        start: true,
      })
    ).id;
    server = (await suite.api.containers.create({ image: suite.image('nginx'), ports: [{ containerPort: 80 }], start: true })).id;
    port = (await suite.api.containers.inspect(server)).ports[0]?.hostPort ?? 0;
  });

  const page = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      (answer) => answer.text(),
      () => '',
    );

  it('they go on, with the same pid, start time, limits and address', async () => {
    const before = [await facts(writer), await facts(server)];
    await crashAndRestart();
    expect([await facts(writer), await facts(server)]).toEqual(before);
    expect(before.map(({ state }) => state)).toEqual(['running', 'running']);
  });

  it('their log has every line, from before, during and after', async () => {
    const { pid } = await facts(writer);
    await crashAndRestart(async () => {
      // The container writes while nobody is there to listen; its own clock tells when that was enough.
      await until(
        () => readFile(`/proc/${pid}/stat`, 'utf8'),
        () => true,
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    const lines = texts(await collect(suite.api.containers.logs(writer))).map(Number);
    expect(lines).toEqual(Array.from({ length: lines.length }, (_, at) => at));
    expect(lines.length).toBeGreaterThan(100);
  });

  it('a published port answers all the while', async () => {
    expect(await until(page, (text) => text !== '')).toContain('inside a container');
    let served = '';
    await crashAndRestart(async () => {
      served = await page();
    });
    expect(served).toContain('inside a container');
    expect(await page()).toContain('inside a container');
  });

  it('they can be typed into, measured and stopped afterwards', async () => {
    await crashAndRestart();
    expect((await suite.api.containers.exec(writer, { command: ['cat', '/proc/1/comm'] })).stdout).toBe('sh\n');
    const { current } = await until(
      () => suite.api.containers.stats(writer),
      (stats) => stats.current !== null,
    );
    expect(current?.memoryLimitBytes).toBe(64 * MIB);
    await suite.api.containers.stop(writer, 0);
    expect(await suite.api.containers.inspect(writer)).toMatchObject({ state: 'exited', exitCode: 137, pid: null });
  });
});

describe('what happens while the server is down', () => {
  it('an exit is known afterwards, with its code and its own time', async () => {
    const { id } = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'sleep 0.7; echo bye; exit 23'],
      start: true,
    });
    const { pid } = await suite.api.containers.inspect(id);
    let gone = 0;
    await crashAndRestart(async () => {
      await until(
        () => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
        (text) => text === '',
      );
      gone = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 700));
    });
    const detail = await suite.api.containers.inspect(id);
    expect(detail).toMatchObject({ state: 'exited', exitCode: 23, oomKilled: false, pid: null });
    expect(Math.abs(Date.parse(detail.finishedAt ?? '') - gone)).toBeLessThan(500);
    expect(await suite.api.output(id)).toBe('bye\n');
  });

  it('a death by memory is still told as such', async () => {
    const { id } = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'sleep 0.7; exec dd if=/dev/zero of=/dev/null bs=128M count=1'],
      resources: { memoryBytes: 32 * MIB, memorySwapBytes: 32 * MIB },
      start: true,
    });
    const { pid } = await suite.api.containers.inspect(id);
    await crashAndRestart(async () => {
      await until(
        () => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
        (text) => text === '',
      );
    });
    expect(await suite.api.containers.inspect(id)).toMatchObject({ state: 'exited', exitCode: 137, oomKilled: true });
  });

  it('a restart policy is kept when the server comes back', async () => {
    const { id } = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'if [ -e /tmp/seen ]; then sleep 1000; else touch /tmp/seen; sleep 0.7; fi'],
      restartPolicy: { name: 'always' },
      start: true,
    });
    const { pid } = await suite.api.containers.inspect(id);
    await crashAndRestart(async () => {
      await until(
        () => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
        (text) => text === '',
      );
    });
    await until(
      () => suite.api.containers.inspect(id),
      ({ state, restartCount }) => state === 'running' && restartCount === 1,
    );
  });

  it('a container whose processes were all killed, supervisor and workload, is told as lost with a reason', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '98765'], start: true });
    const { pid } = await suite.api.containers.inspect(id);
    await crashAndRestart(async () => {
      const parent = /^PPid:\t(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
      process.kill(Number(parent), 'SIGKILL');
      if ((await pidsOf('sleep 98765')).includes(pid ?? 0)) process.kill(pid ?? 0, 'SIGKILL');
    });
    const detail = await suite.api.containers.inspect(id);
    expect(detail).toMatchObject({ state: 'exited', pid: null });
    expect(detail.error).toMatch(/supervisor|lost/);
    await suite.api.containers.remove(id);
  });
});
