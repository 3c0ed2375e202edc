import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type ContainerHouse, containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { DomainError } from '../errors.js';
import type { ConfigChange } from './config-change.js';
import type { Container } from './container.js';

const alice = principalOf('default');
const MIB = 1024 ** 2;

let house: ContainerHouse;
let web: Container;
beforeEach(async () => {
  house = containerHouse();
  const resources = { memoryBytes: 64 * MIB, pidsLimit: 5 };
  web = await house.create.execute(alice, createRequest({ name: 'web', start: true, resources }));
});

const update = (change: ConfigChange, whenRestartNeeded: 'refuse' | 'record' = 'refuse') =>
  house.update.execute(alice, 'web', { change, whenRestartNeeded });

describe('an update', () => {
  it('keeps what it does not name and takes away what is null', async () => {
    const { container } = await update({ resources: { memoryBytes: 96 * MIB, pidsLimit: null }, restartPolicy: { name: 'always' } });
    expect(container.config).toEqual({ ...web.config, resources: { memoryBytes: 96 * MIB }, restartPolicy: { name: 'always' } });
    expect(house.store.rows.get(web.id)?.config).toEqual(container.config);
    expect(house.runtime.updates).toEqual([container.config]);
  });

  it('does not ask the runtime where nothing runs', async () => {
    await house.stop.execute(alice, 'web', 0);
    await update({ resources: { pidsLimit: 9 }, sysctls: { 'net.core.somaxconn': '9' } });
    expect(house.runtime.updates).toEqual([]);
    expect(house.inspect.execute(alice, 'web').config).toMatchObject({
      resources: { pidsLimit: 9 },
      sysctls: { 'net.core.somaxconn': '9' },
    });
  });

  it.each<[ConfigChange, string]>([
    [{ resources: { memoryBytes: MIB } }, 'limit_invalid'],
    [{ resources: { memoryReservationBytes: 65 * MIB } }, 'limit_invalid'],
    [{ resources: { ioReadBps: [{ path: '/dev/none', rate: 1 }] } }, 'limit_invalid'],
    [{ sysctls: { 'kernel.panic': '1' } }, 'invalid_input'],
    [{ restartPolicy: { name: 'always', maximumRetryCount: 3 } }, 'invalid_input'],
    [{ deviceRules: ['all'] }, 'invalid_input'],
    [{ sysctls: { 'net.core.somaxconn': '9' } }, 'restart_required'],
  ])('of %o is refused as a whole', async (change, code) => {
    await expect(update({ ...change, resources: { pidsLimit: 7, ...change.resources } })).rejects.toMatchObject({ code });
    expect(house.runtime.updates).toEqual([]);
    expect(house.inspect.execute(alice, 'web')).toEqual(web);
  });

  it('that the kernel refuses is not recorded', async () => {
    house.runtime.failUpdate = new DomainError('limit_invalid', 'no');
    await expect(update({ resources: { pidsLimit: 7 } })).rejects.toMatchObject({ code: 'limit_invalid' });
    expect(house.inspect.execute(alice, 'web')).toEqual(web);
  });

  it('that cannot be recorded does not stay in force', async () => {
    vi.spyOn(house.store, 'update').mockRejectedValueOnce(new Error('disk full'));
    await expect(update({ resources: { pidsLimit: 7 } })).rejects.toThrow('disk full');
    expect(house.runtime.updates.map(({ resources }) => resources.pidsLimit)).toEqual([7, 5]);
    expect(house.inspect.execute(alice, 'web')).toEqual(web);
  });

  it('names the fields that wait for the next start', async () => {
    const devices = [{ hostPath: '/dev/sda', containerPath: '/dev/sda', permissions: 'r' }];
    const { requiresRestart } = await update({ devices, resources: { pidsLimit: 7 } }, 'record');
    expect(requiresRestart).toEqual(['devices']);
  });
});
