import { describe, expect, it } from 'vitest';
import { containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { HOST_NAMESPACES, OWN_NAMESPACES } from './namespaces.js';

const admin = principalOf('default');
const member = principalOf('default', 'member');

describe('a namespace of the host', () => {
  it.each(HOST_NAMESPACES)('%s needs an administrator and the setting', async (kind) => {
    const house = containerHouse();
    const create = (who: typeof admin) => house.create.execute(who, createRequest({ namespaces: { ...OWN_NAMESPACES, [kind]: 'host' } }));
    await expect(create(admin)).rejects.toMatchObject({ code: 'forbidden', details: { field: `namespaces.${kind}` } });
    house.host.hostNamespaces = [kind];
    await expect(create(admin)).resolves.toMatchObject({ state: 'created' });
    await expect(create(member)).rejects.toMatchObject({ code: 'forbidden', details: { privilege: `host-${kind}` } });
  });
});

describe('the network of another container', () => {
  it('is found in one’s own tenant only, and kept by id', async () => {
    const house = containerHouse();
    const owner = await house.create.execute(admin, createRequest({ name: 'owner' }));
    const guest = await house.create.execute(admin, createRequest({ network: 'container:owner' }));
    expect(guest.config.network).toBe(`container:${owner.id}`);
    expect(guest.lease).toBeNull();
    const stranger = house.create.execute(principalOf('other'), createRequest({ network: `container:${owner.id}` }));
    await expect(stranger).rejects.toMatchObject({ code: 'container_not_found' });
    await expect(house.create.execute(admin, createRequest({ network: `container:${guest.id}` }))).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it('must belong to a running one at the start', async () => {
    const house = containerHouse();
    await house.create.execute(admin, createRequest({ name: 'owner' }));
    await house.create.execute(admin, createRequest({ name: 'guest', network: 'container:owner' }));
    await expect(house.start.execute(admin, 'guest')).rejects.toMatchObject({ code: 'container_state_conflict' });
    await house.start.execute(admin, 'owner');
    await expect(house.start.execute(admin, 'guest')).resolves.toMatchObject({ state: 'running' });
  });
});

describe('the id block of a container in the namespaces of another', () => {
  it('is the other’s, and is given out again after the last of them', async () => {
    const house = containerHouse();
    const owner = await house.create.execute(admin, createRequest({ name: 'owner' }));
    const pid = 'container:owner' as const;
    const guest = await house.create.execute(admin, createRequest({ name: 'guest', namespaces: { ...OWN_NAMESPACES, pid } }));
    expect([guest.uidBase, guest.config.namespaces.pid]).toEqual([owner.uidBase, `container:${owner.id}`]);
    await house.remove.execute(admin, 'owner', false);
    const other = await house.create.execute(admin, createRequest({ name: 'other' }));
    expect(other.uidBase).not.toBe(owner.uidBase);
    await house.remove.execute(admin, 'guest', false);
    expect((await house.create.execute(admin, createRequest({ name: 'last' }))).uidBase).toBe(owner.uidBase);
  });

  it('is found in one’s own tenant only', async () => {
    const house = containerHouse();
    const { id } = await house.create.execute(admin, createRequest({ name: 'owner' }));
    const asked = createRequest({ namespaces: { ...OWN_NAMESPACES, pid: `container:${id}` } });
    await expect(house.create.execute(principalOf('other'), asked)).rejects.toMatchObject({ code: 'container_not_found' });
  });
});
