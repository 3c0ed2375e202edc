import { beforeEach, describe, expect, it } from 'vitest';
import { type ContainerHouse, containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { DomainError } from '../errors.js';

const alice = principalOf('default');
const actions = (house: ContainerHouse) => house.events.recorded.map(({ action }) => action);

let house: ContainerHouse;
beforeEach(() => {
  house = containerHouse();
});

const created = (changes: Parameters<typeof createRequest>[0] = {}) =>
  house.create.execute(alice, createRequest({ name: 'web', ...changes }));
const started = (changes: Parameters<typeof createRequest>[0] = {}) => created({ start: true, ...changes });

describe('creating', () => {
  it('makes directories, a record and an event, and nothing runs yet', async () => {
    const container = await created();
    expect(container).toMatchObject({ state: 'created', uidBase: 0x7000_0000, cgroupPath: `/keelson.slice/default/${container.id}` });
    expect(house.runtime.directories).toContain(container.id);
    expect(house.store.rows.get(container.id)).toEqual(container);
    expect(actions(house)).toEqual(['container.create']);
  });

  it('makes up a name where none is given', async () => {
    const { name } = await house.create.execute(alice, createRequest());
    expect(name).toMatch(/^[a-z]+_[a-z]+$/);
  });

  it('refuses a second container of the same name before anything is made', async () => {
    await created();
    await expect(created()).rejects.toMatchObject({ code: 'container_name_taken' });
    expect(house.runtime.directories.size).toBe(1);
  });

  it('lets exactly one of many creations of one name win', async () => {
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => created({ network: 'bridge' })));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect([house.runtime.directories.size, house.network.leases.size]).toEqual([1, 1]);
  });

  it('checks limits and image before anything is made', async () => {
    await expect(created({ resources: { memoryBytes: 1024 } })).rejects.toMatchObject({ code: 'limit_invalid' });
    await expect(created({ image: 'nothing' })).rejects.toMatchObject({ code: 'image_not_found' });
    expect([house.runtime.directories.size, house.store.rows.size, house.network.leases.size]).toEqual([0, 0, 0]);
  });

  it('gives back name, address and ids when the directories cannot be made', async () => {
    house.runtime.failCreate = new DomainError('storage_full', 'no space');
    await expect(created({ network: 'bridge' })).rejects.toMatchObject({ code: 'storage_full' });
    expect([house.network.leases.size, house.store.rows.size]).toEqual([0, 0]);
    house.runtime.failCreate = null;
    expect((await created()).uidBase).toBe(0x7000_0000);
  });

  it('counts as a use of its image', async () => {
    const { config } = await created();
    expect(house.registry.namesUsing('default', config.imageId)).toEqual(['web']);
    await house.remove.execute(alice, 'web', false);
    expect(house.registry.namesUsing('default', config.imageId)).toEqual([]);
  });
});

describe('starting', () => {
  it('records pid and time, and tells', async () => {
    const container = await started();
    expect(container).toMatchObject({ state: 'running', wanted: true, run: { pid: 100, exitCode: null } });
    expect(actions(house)).toEqual(['container.create', 'container.start']);
  });

  it('does nothing to a container that runs', async () => {
    const first = await started();
    expect(await house.start.execute(alice, 'web')).toEqual(first);
  });

  it('publishes ports only while it runs', async () => {
    const ports = [{ hostAddress: null, hostPort: 8080, containerPort: 80, protocol: 'tcp' as const }];
    const container = await started({ network: 'bridge', ports });
    expect(container.ports).toEqual([{ hostAddress: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp' }]);
    const stopped = await house.stop.execute(alice, 'web', 1);
    expect(stopped.ports).toEqual([]);
    expect([house.network.published.size, house.network.connected.size]).toEqual([0, 0]);
  });

  it.each([
    ['command_not_found', 127],
    ['command_not_executable', 126],
    ['runtime_failed', 128],
  ] as const)('that fails with %s leaves the reason, code %i and nothing else', async (code, exitCode) => {
    await created({ network: 'bridge' });
    house.runtime.failStart = new DomainError(code, 'it did not start');
    await expect(house.start.execute(alice, 'web')).rejects.toMatchObject({ code, details: { container: expect.any(String) } });
    expect(house.inspect.execute(alice, 'web')).toMatchObject({
      state: 'created',
      run: { error: 'it did not start', exitCode, pid: null },
    });
    expect([house.network.published.size, house.network.connected.size]).toEqual([0, 0]);
    expect(actions(house)).toEqual(['container.create', 'container.start_failed']);
  });

  it('is known to have happened though the database is away: what runs is never called ended', async () => {
    await created({ restartPolicy: { name: 'always' } });
    house.store.failUpdate = new Error('the database is away');
    expect(await house.start.execute(alice, 'web')).toMatchObject({ state: 'running', run: { pid: 100, error: null } });
    expect(house.inspect.execute(alice, 'web')).toMatchObject({ state: 'running', run: { pid: 100 } });
    expect(house.faults.told).toEqual([expect.stringContaining('the database is away')]);
  });

  it('gives the ports back when the network fails', async () => {
    await created({ network: 'bridge' });
    house.network.failConnect = new DomainError('network_failed', 'no rules');
    await expect(house.start.execute(alice, 'web')).rejects.toMatchObject({ code: 'network_failed' });
    expect(house.network.published.size).toBe(0);
  });

  it('refuses a port that another container has', async () => {
    const ports = [{ hostAddress: null, hostPort: 8080, containerPort: 80, protocol: 'tcp' as const }];
    await started({ network: 'bridge', ports });
    const second = started({ name: 'other', network: 'bridge', ports });
    await expect(second).rejects.toMatchObject({ code: 'port_in_use' });
    expect(house.network.published.size).toBe(1);
  });
});

describe('stopping', () => {
  it('sends the stop signal and waits for the end', async () => {
    await started();
    expect(await house.stop.execute(alice, 'web', 10)).toMatchObject({ state: 'exited', wanted: false, run: { exitCode: 143, pid: null } });
    expect(house.runtime.signals).toEqual([15]);
    expect(actions(house)).toEqual(['container.create', 'container.start', 'container.exit', 'container.stop']);
  });

  it('kills what does not obey in time', async () => {
    await started();
    house.runtime.obeys = false;
    expect(await house.stop.execute(alice, 'web', 0)).toMatchObject({ state: 'exited', run: { exitCode: 137 } });
    expect(house.runtime.signals).toEqual([15, 9]);
  });

  it('waits as long as the container asks for where the request says nothing', async () => {
    await started({ stopTimeoutSeconds: 0 });
    house.runtime.obeys = false;
    expect(await house.stop.execute(alice, 'web')).toMatchObject({ state: 'exited', run: { exitCode: 137 } });
  });

  it('sends the signal that was asked for instead of the image’s', async () => {
    await started({ stopSignal: 'USR1' });
    await house.stop.execute(alice, 'web');
    expect(house.runtime.signals).toEqual([10]);
    await expect(created({ name: 'other', stopSignal: 'NOPE' })).rejects.toMatchObject({ details: { field: 'stopSignal' } });
  });

  it('is done for a container that does not run', async () => {
    await created();
    expect(await house.stop.execute(alice, 'web', 1)).toMatchObject({ state: 'created' });
    expect(actions(house)).toEqual(['container.create']);
  });

  it('lets a kill through while it waits', async () => {
    await started();
    house.runtime.obeys = false;
    const stopping = house.stop.execute(alice, 'web', 60);
    await expect.poll(() => house.inspect.execute(alice, 'web').state).toBe('stopping');
    await expect(house.start.execute(alice, 'web')).rejects.toMatchObject({ code: 'container_state_conflict' });
    expect(await house.kill.execute(alice, 'web', 'KILL')).toMatchObject({ state: 'exited' });
    expect(await stopping).toMatchObject({ state: 'exited', run: { exitCode: 137 } });
  });
});

describe('killing', () => {
  it('delivers any signal without waiting for an end', async () => {
    await started();
    house.runtime.obeys = false;
    expect(await house.kill.execute(alice, 'web', 'SIGHUP')).toMatchObject({ state: 'running', wanted: true });
    expect(house.runtime.signals).toEqual([1]);
  });

  it('refuses what does not run, and signals that do not exist', async () => {
    await created();
    await expect(house.kill.execute(alice, 'web', 'KILL')).rejects.toMatchObject({ code: 'container_state_conflict' });
    await expect(house.kill.execute(alice, 'web', 'NOPE')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('pausing', () => {
  const paused = async () => {
    await started();
    return house.pause.execute(alice, 'web');
  };

  it('is known to have happened though the database is away', async () => {
    await started();
    house.store.failUpdate = new Error('the database is away');
    expect(await house.pause.execute(alice, 'web')).toMatchObject({ state: 'paused' });
    expect(await house.unpause.execute(alice, 'web')).toMatchObject({ state: 'running' });
    expect(house.faults.told).toHaveLength(2);
  });

  it('stops its processes until it is unpaused, and tells of both', async () => {
    expect(await paused()).toMatchObject({ state: 'paused', run: { pid: 100 } });
    expect(house.runtime.paused.size).toBe(1);
    expect(await house.unpause.execute(alice, 'web')).toMatchObject({ state: 'running' });
    expect(house.runtime.paused.size).toBe(0);
    expect(actions(house).slice(2)).toEqual(['container.pause', 'container.unpause']);
  });

  it.each([
    ['stop', () => house.stop.execute(alice, 'web', 10), 143],
    ['kill', () => house.kill.execute(alice, 'web', 'KILL'), 137],
  ] as const)('does not keep %s from ending it', async (_verb, end, exitCode) => {
    await paused();
    expect(await end()).toMatchObject({ state: 'exited', run: { exitCode } });
  });

  it('ends with the stop signal, which must be heard; other signals wait', async () => {
    house.runtime.obeys = false;
    await paused();
    expect(await house.kill.execute(alice, 'web', 'HUP')).toMatchObject({ state: 'paused' });
    expect(await house.kill.execute(alice, 'web', 'TERM')).toMatchObject({ state: 'running', wanted: false });
  });

  it('keeps exec and start out with the reason, and lets a forced removal through', async () => {
    await paused();
    await expect(house.exec.execute(alice, 'web', { command: ['id'] })).rejects.toThrow('container web is paused; unpause it first');
    await expect(house.start.execute(alice, 'web')).rejects.toThrow('is paused; unpause it instead');
    await expect(house.remove.execute(alice, 'web', false)).rejects.toThrow('is paused; stop it first, or remove it with force');
    await house.remove.execute(alice, 'web', true);
    expect(house.store.rows.size).toBe(0);
  });
});

describe('renaming', () => {
  it('frees the old name, keeps the host name and tells of both names', async () => {
    const { config } = await created();
    expect(await house.rename.execute(alice, 'web', 'front')).toMatchObject({ name: 'front', config: { hostname: config.hostname } });
    expect(house.events.recorded.at(-1)).toMatchObject({
      action: 'container.rename',
      subject: { name: 'front' },
      attributes: { oldName: 'web' },
    });
    await created();
    await expect(house.rename.execute(alice, 'front', 'web')).rejects.toMatchObject({ code: 'container_name_taken' });
    expect(house.inspect.execute(alice, 'front').name).toBe('front');
  });
});

describe('removing', () => {
  it('takes record, directories, address and ids away', async () => {
    await created({ network: 'bridge' });
    await house.remove.execute(alice, 'web', false);
    expect([house.store.rows.size, house.runtime.directories.size, house.network.leases.size]).toEqual([0, 0, 0]);
    expect((await created()).uidBase).toBe(0x7000_0000);
  });

  it('refuses a running container unless forced', async () => {
    await started();
    await expect(house.remove.execute(alice, 'web', false)).rejects.toMatchObject({ code: 'container_state_conflict' });
    await house.remove.execute(alice, 'web', true);
    expect(house.store.rows.size).toBe(0);
    expect(house.runtime.processes.size).toBe(0);
  });

  it('can be repeated after a failure, and keeps the ids until then', async () => {
    await created();
    house.runtime.failRemove = new DomainError('runtime_failed', 'busy');
    await expect(house.remove.execute(alice, 'web', false)).rejects.toMatchObject({ code: 'runtime_failed' });
    expect((await created({ name: 'other' })).uidBase).toBe(0x7001_0000);
    house.runtime.failRemove = null;
    await house.remove.execute(alice, 'web', false);
    expect(house.store.rows.size).toBe(1);
  });

  it('ends a container whose restart policy would bring it back', async () => {
    await started({ restartPolicy: { name: 'always' } });
    await house.remove.execute(alice, 'web', true);
    expect(house.store.rows.size).toBe(0);
  });
});

describe('waiting', () => {
  it('returns how the run ended', async () => {
    const { id } = await started();
    const waiting = house.wait.execute(alice, 'web');
    house.runtime.exit(id, 5, { oomKilled: true });
    expect(await waiting).toMatchObject({ exitCode: 5, oomKilled: true });
    expect(await house.wait.execute(alice, 'web')).toMatchObject({ exitCode: 5 });
    expect(actions(house).slice(2)).toEqual(['container.oom', 'container.exit']);
  });

  it('says that a container has not run yet', async () => {
    await created();
    await expect(house.wait.execute(alice, 'web')).rejects.toThrow('has not run yet; start it first');
  });
});

describe('exec', () => {
  it('collects both streams, bounded, and tells of start and end', async () => {
    await started();
    const big = new Uint8Array(700_000).fill(65);
    house.runtime.execOutput = [
      { stream: 'stdout', bytes: big },
      { stream: 'stderr', bytes: Buffer.from('oops') },
      { stream: 'stdout', bytes: big },
    ];
    const result = await house.exec.execute(alice, 'web', { command: ['cat'] });
    expect(result).toMatchObject({ exitCode: 3, truncated: true, stderr: Buffer.from('oops') });
    expect(result.stdout.length).toBe(1024 * 1024);
    await expect.poll(() => actions(house).slice(2)).toEqual(['container.exec_start', 'container.exec_exit']);
  });

  it('needs a running container', async () => {
    await created();
    const refused = house.exec.execute(alice, 'web', { command: ['id'] });
    await expect(refused).rejects.toThrow('container web is not running; start it first');
  });
});

describe('names and ids', () => {
  it('find a container by id, name or four digits, and nothing by three', async () => {
    const { id } = await created();
    for (const reference of [id, 'web', id.slice(0, 4), id.slice(0, 12)]) expect(house.inspect.execute(alice, reference).id).toBe(id);
    for (const reference of [id.slice(0, 3), 'we', '../web', '']) {
      expect(() => house.inspect.execute(alice, reference)).toThrowError(expect.objectContaining({ code: 'container_not_found' }));
    }
  });
});
