import { beforeEach, describe, expect, it } from 'vitest';
import { type ContainerHouse, containerHouse, createRequest, outside, principalOf } from '../../testing/container-house.js';
import type { Container } from './container.js';
import type { Found } from './containers.ports.js';

const alice = principalOf('default');
let world: ReturnType<typeof outside>;
beforeEach(() => {
  world = outside();
});

type Changes = Parameters<typeof createRequest>[0];

/** One run of the server, killed without a word. */
async function before(changes: Changes = {}): Promise<Container> {
  return containerHouse(world).create.execute(alice, createRequest({ name: 'web', start: true, ...changes }));
}

async function restarted(found?: Found, id?: string): Promise<ContainerHouse> {
  if (found && id) world.runtime.found.set(id, found);
  const house = containerHouse(world);
  await house.reconcile.execute();
  return house;
}

const running = (container: Container): Found => {
  const { startedAt } = container.run;
  if (!startedAt) throw new Error('it never ran');
  return { kind: 'running', started: { pid: 4242, startedAt }, ports: container.ports, paused: false };
};
const exited = (container: Container, exitCode: number): Found => {
  const startedAt = container.run.startedAt ?? new Date('2026-01-01T00:00:00Z');
  return { kind: 'exited', exit: { signal: 0, exitCode, oomKilled: false, startedAt, finishedAt: new Date('2026-01-01T00:00:09Z') } };
};

const now = (house: ContainerHouse) => house.inspect.execute(alice, 'web');
const exits = () => world.events.recorded.filter(({ action }) => action === 'container.exit').length;

describe('after the server was killed', () => {
  it('a running container is still running, with pid, start time, addresses and ports', async () => {
    const ports = [{ hostAddress: null, hostPort: 8080, containerPort: 80, protocol: 'tcp' as const }];
    const container = await before({ network: 'bridge', ports });
    const house = await restarted(running(container), container.id);
    expect(now(house)).toEqual({ ...container, run: { ...container.run, pid: 4242 } });
    expect(world.network.opened).toEqual([container.lease]);
    expect(world.network.connected).toContain(container.lease?.ipv4);
  });

  it('an exit that happened meanwhile has its own code and time, told once', async () => {
    const container = await before();
    const house = await restarted(exited(container, 5), container.id);
    expect(now(house)).toMatchObject({ state: 'exited', run: { exitCode: 5, finishedAt: new Date('2026-01-01T00:00:09Z') } });
    await restarted();
    expect(exits()).toBe(1);
  });

  it('a container that does not run has no rules in force, though its addresses stay its own', async () => {
    const container = await before({ network: 'bridge', start: false });
    await restarted({ kind: 'never-started' }, container.id);
    expect(world.network.leases).toContain(container.lease?.ipv4);
    expect(world.network.connected).not.toContain(container.lease?.ipv4);
  });

  it('a supervisor that is gone without a record is lost: 255 and a sentence', async () => {
    const container = await before();
    const house = await restarted({ kind: 'lost', reason: 'the host was rebooted' }, container.id);
    expect(now(house)).toMatchObject({ state: 'exited', run: { exitCode: 255, error: 'the host was rebooted' } });
  });

  it('a paused container is still paused, and one that was paused but not recorded is too', async () => {
    const container = await before();
    const found = { ...running(container), paused: true };
    expect(now(await restarted(found, container.id)).state).toBe('paused');
    expect(now(await restarted(found, container.id)).state).toBe('paused');
    expect(now(await restarted(running(container), container.id)).state).toBe('running');
  });

  it('a container that was started but not recorded is running', async () => {
    const container = await before({ start: false });
    const started = { pid: 7, startedAt: new Date('2026-02-01T00:00:00Z') };
    const ports = [{ hostAddress: '0.0.0.0', hostPort: 1, containerPort: 1, protocol: 'tcp' as const }];
    const house = await restarted({ kind: 'running', started, ports, paused: false }, container.id);
    expect(now(house)).toMatchObject({ state: 'running', wanted: true, ports, run: started });
    expect(world.events.recorded.at(-1)).toMatchObject({ action: 'container.start', actor: 'system' });
  });

  it('a run that began and ended without being recorded is told', async () => {
    const container = await before({ start: false });
    expect(now(await restarted(exited(container, 3), container.id))).toMatchObject({ state: 'exited', run: { exitCode: 3 } });
  });

  it('a removal cut short is finished', async () => {
    const container = await before({ start: false, network: 'bridge' });
    await world.store.update({ ...container, state: 'removing' }, []);
    const house = await restarted();
    expect(house.list.execute(alice)).toEqual([]);
    expect([world.runtime.directories.size, world.network.leases.size, world.store.rows.size]).toEqual([0, 0, 0]);
    expect(world.network.connected.size).toBe(0);
  });

  it('directories that no record knows are removed', async () => {
    world.runtime.directories.add('f'.repeat(64));
    await restarted();
    expect(world.runtime.directories.size).toBe(0);
  });

  it('ids and names of existing containers stay taken', async () => {
    const container = await before({ start: false });
    const house = await restarted();
    await expect(house.create.execute(alice, createRequest({ name: 'web' }))).rejects.toMatchObject({ code: 'container_name_taken' });
    const next = await house.create.execute(alice, createRequest({ name: 'next' }));
    expect(next.uidBase).toBe(container.uidBase + 65_536);
  });

  it('one container that cannot be taken up keeps no other from it', async () => {
    const bad = await before({ name: 'bad' });
    const container = await before();
    world.runtime.found.set(container.id, running(container));
    world.runtime.found.set(bad.id, { kind: 'running' } as unknown as Found);
    const house = await restarted();
    expect(now(house).state).toBe('running');
    expect(house.faults.told).toEqual([expect.stringContaining('take up container bad again')]);
  });
});

describe('restart policies at the start of the server', () => {
  it('act on an exit that happened meanwhile', async () => {
    const container = await before({ restartPolicy: { name: 'always' } });
    const house = await restarted(exited(container, 1), container.id);
    await expect.poll(() => now(house)).toMatchObject({ state: 'running', restartCount: 1 });
    house.scheduler.onApplicationShutdown();
  });

  it('go on where a pause was cut short', async () => {
    const container = await before({ restartPolicy: { name: 'always' } });
    await world.store.update({ ...container, state: 'restarting', run: { ...container.run, finishedAt: new Date(), exitCode: 1 } }, []);
    const house = await restarted();
    await expect.poll(() => now(house).state).toBe('running');
    house.scheduler.onApplicationShutdown();
  });

  it('brings back after a reboot what an earlier start, cut short, had not come to', async () => {
    const container = await before({ restartPolicy: { name: 'always' } });
    world.host.wasRebooted = true;
    const cut = containerHouse(world);
    const adopt = world.runtime.adopt.bind(world.runtime);
    world.runtime.adopt = () => new Promise(() => undefined);
    void cut.reconcile.execute();
    await expect.poll(() => cut.registry.all()).toHaveLength(1);
    world.runtime.adopt = adopt;
    world.store.rows.set(container.id, { ...container, state: 'exited', run: { ...container.run, pid: null, exitCode: 0 } });
    const house = await restarted(exited(container, 0), container.id);
    await expect.poll(() => now(house).state).toBe('running');
    house.scheduler.onApplicationShutdown();
  });

  it.each([
    ['always', true],
    ['unless-stopped', false],
  ] as const)('after a reboot, %s starts what a user had stopped: %s', async (name, starts) => {
    const first = containerHouse(world);
    const container = await first.create.execute(alice, createRequest({ name: 'web', start: true, restartPolicy: { name } }));
    await first.stop.execute(alice, 'web', 0);
    world.runtime.found.set(container.id, exited(container, 143));
    expect(now(await restarted()).state).toBe('exited');
    world.host.wasRebooted = true;
    const house = await restarted();
    if (starts) await expect.poll(() => now(house).state).toBe('running');
    else expect(now(house).state).toBe('exited');
    house.scheduler.onApplicationShutdown();
  });
});
