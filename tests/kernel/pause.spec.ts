import { readFile } from 'node:fs/promises';
import { containerDetail } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const suite = useSuite({ images: ['busybox'] });

/** A container that counts as fast as it can and hears SIGTERM and SIGHUP. */
const counting = () =>
  suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sh', '-c', 'trap "echo heard; exit 7" TERM; trap "echo hup" HUP; while :; do echo x; usleep 20000; done'],
    stopTimeoutSeconds: 30,
    start: true,
  });
const verb = (id: string, name: string, body?: unknown) => suite.api.json(containerDetail, 'POST', `/containers/${id}/${name}`, { body });
const output = (id: string) => suite.api.output(id);
const grows = async (id: string) => {
  const before = (await output(id)).length;
  await until(
    () => output(id),
    (text) => text.length > before,
  );
};
const paused = async () => {
  const { id } = await counting();
  await grows(id);
  expect(await verb(id, 'pause')).toMatchObject({ state: 'paused' });
  return id;
};

describe('a paused container', () => {
  it('does nothing at all until it is unpaused, and the kernel says that it is frozen', async () => {
    const id = await paused();
    const { cgroupPath, pid } = await suite.api.containers.inspect(id);
    const v2 = (await suite.api.system()).cgroupVersion === 2;
    const file = `/sys/fs/cgroup/${v2 ? '' : 'freezer/'}${cgroupPath}/${v2 ? 'cgroup.events' : 'freezer.state'}`;
    expect(await readFile(file, 'utf8')).toContain(v2 ? 'frozen 1' : 'FROZEN');
    const before = await output(id);
    const ticks = await readFile(`/proc/${pid}/stat`, 'utf8');
    // It writes every 20 ms while it runs.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await output(id)).toBe(before);
    expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toBe(ticks);
    expect(await verb(id, 'unpause')).toMatchObject({ state: 'running', pid });
    await grows(id);
    await suite.api.containers.remove(id, { force: true });
  });

  it('refuses exec, start, a second pause and removal, each with the reason', async () => {
    const id = await paused();
    const refused = await expectFailure(suite.api.containers.exec(id, { command: ['true'] }), 'container_state_conflict');
    expect(refused.body.message).toMatch(/is paused; unpause it first/);
    await expectFailure(suite.api.containers.start(id), 'container_state_conflict');
    await expectFailure(verb(id, 'pause'), 'container_state_conflict');
    await expectFailure(suite.api.containers.remove(id), 'container_state_conflict');
    expect((await suite.api.containers.inspect(id)).state).toBe('paused');
    await suite.api.containers.remove(id, { force: true });
  });

  it('hears the stop signal when it is stopped', async () => {
    const id = await paused();
    await suite.api.containers.stop(id);
    expect(await suite.api.containers.inspect(id)).toMatchObject({ state: 'exited', exitCode: 7 });
    expect(await output(id)).toMatch(/heard\n$/);
  });

  it('dies of SIGKILL', async () => {
    const id = await paused();
    await suite.api.containers.kill(id);
    expect(await suite.api.containers.inspect(id)).toMatchObject({ state: 'exited', exitCode: 137 });
  });

  it('hears another signal once it is unpaused', async () => {
    const id = await paused();
    await suite.api.containers.kill(id, 'HUP');
    expect((await suite.api.containers.inspect(id)).state).toBe('paused');
    expect(await output(id)).not.toContain('hup');
    await verb(id, 'unpause');
    await until(
      () => output(id),
      (text) => text.includes('hup'),
    );
    await suite.api.containers.remove(id, { force: true });
  });

  it('stays paused when the server is killed, and can be unpaused by the next', async () => {
    const id = await paused();
    await suite.server.kill9();
    await suite.startServer();
    expect((await suite.api.containers.inspect(id)).state).toBe('paused');
    await verb(id, 'unpause');
    await grows(id);
    await suite.api.containers.remove(id, { force: true });
  });

  it('is cleared away when its supervisor dies', async () => {
    const id = await paused();
    const { pid } = await suite.api.containers.inspect(id);
    const parent = /^PPid:\t(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    process.kill(Number(parent), 'SIGKILL');
    const lost = await until(
      () => suite.api.containers.inspect(id),
      ({ state }) => state === 'exited',
    );
    expect(lost.error).toMatch(/supervisor/);
    await suite.api.containers.remove(id);
  });
});

it('only what runs can be paused, and only what is paused unpaused', async () => {
  const { id } = await suite.api.containers.create({ image: suite.image('busybox') });
  await expectFailure(verb(id, 'pause'), 'container_state_conflict');
  await expectFailure(verb(id, 'unpause'), 'container_state_conflict');
});
