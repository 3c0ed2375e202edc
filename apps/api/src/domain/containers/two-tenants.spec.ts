import { beforeEach, describe, expect, it } from 'vitest';
import { type ContainerHouse, containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import type { Container } from './container.js';

const alice = principalOf('default');
const bob = principalOf('other');

let house: ContainerHouse;
let hers: Container;
beforeEach(async () => {
  house = containerHouse();
  hers = await house.create.execute(alice, createRequest({ name: 'web', start: true }));
});

type Verb = (house: ContainerHouse, reference: string) => unknown;
const VERBS: Record<string, Verb> = {
  start: (at, reference) => at.start.execute(bob, reference),
  stop: (at, reference) => at.stop.execute(bob, reference, 0),
  kill: (at, reference) => at.kill.execute(bob, reference, 'KILL'),
  'kill with another signal': (at, reference) => at.kill.execute(bob, reference, 'HUP'),
  restart: (at, reference) => at.restart.execute(bob, reference, 0),
  update: (at, reference) => at.update.execute(bob, reference, { change: { resources: { pidsLimit: 1 } }, whenRestartNeeded: 'record' }),
  remove: (at, reference) => at.remove.execute(bob, reference, false),
  'remove by force': (at, reference) => at.remove.execute(bob, reference, true),
  inspect: (at, reference) => at.inspect.execute(bob, reference),
  'read the deaths of': (at, reference) => at.deaths.execute(bob, reference),
  wait: (at, reference) => at.wait.execute(bob, reference),
  exec: (at, reference) => at.exec.execute(bob, reference, { command: ['id'] }),
  'open an exec in': (at, reference) => at.openExec.execute(bob, reference, { command: ['sh'], stdin: true }),
  'attach to': (at, reference) => at.attach.execute(bob, reference),
};

describe('another tenant', () => {
  it.each(Object.entries(VERBS))('cannot %s a container, by name, id or prefix', async (_verb, act) => {
    for (const reference of ['web', hers.id, hers.id.slice(0, 12)]) {
      const tried = (async () => act(house, reference))();
      await expect(tried).rejects.toMatchObject({ code: 'container_not_found' });
    }
    expect(house.inspect.execute(alice, 'web')).toEqual(hers);
    expect(house.runtime.signals).toEqual([]);
  });

  it('does not see it in a list', () => {
    expect(house.list.execute(bob)).toEqual([]);
    expect(house.list.execute(alice)).toEqual([hers]);
  });

  it('may use the same name, and gets its own container by it', async () => {
    const his = await house.create.execute(bob, createRequest({ name: 'web' }));
    expect(house.inspect.execute(bob, 'web').id).toBe(his.id);
    expect(house.inspect.execute(alice, 'web').id).toBe(hers.id);
    expect(his.uidBase).not.toBe(hers.uidBase);
    expect(his.cgroupPath).toContain('/other/');
  });

  it('cannot create a container from an image that only the first tenant has', async () => {
    const tried = house.create.execute(bob, createRequest({ image: 'private' }));
    await expect(tried).rejects.toMatchObject({ code: 'image_not_found' });
  });

  it('does not learn by an image that it is used elsewhere', () => {
    expect(house.registry.namesUsing('other', hers.config.imageId)).toEqual([]);
  });
});
