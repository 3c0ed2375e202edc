import { describe, expect, it } from 'vitest';
import { containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { type CapabilityList, capabilityList, heldCapabilities } from './capabilities.js';
import { checkedSecurity, DEFAULT_SECURITY, privilegesOf, type WantedSecurity } from './security.js';

const held = (add: CapabilityList = [], drop: CapabilityList = [], privileged = false) => heldCapabilities({ privileged, add, drop });
const everything = held(['ALL']);
const standard = held();

describe('capabilities', () => {
  it('are eleven where nothing is asked for, without raw sockets and device nodes', () => {
    expect(standard).toHaveLength(11);
    expect(standard).not.toContain('CAP_NET_RAW');
    expect(standard).not.toContain('CAP_MKNOD');
  });

  it('are added and dropped by single names', () => {
    expect(held(['CAP_NET_ADMIN'])).toEqual(expect.arrayContaining([...standard, 'CAP_NET_ADMIN']));
    expect(held(['CAP_NET_ADMIN'])).toHaveLength(12);
    expect(held([], ['CAP_CHOWN'])).toEqual(standard.filter((one) => one !== 'CAP_CHOWN'));
  });

  it('ALL comes first: all but some, or none but some', () => {
    expect(everything).toHaveLength(41);
    expect(held(['ALL'], ['CAP_SYS_ADMIN'])).toEqual(everything.filter((one) => one !== 'CAP_SYS_ADMIN'));
    expect(held(['CAP_KILL'], ['ALL'])).toEqual(['CAP_KILL']);
    expect(held([], ['ALL'])).toEqual([]);
  });

  it('privileged is all of them, less what is dropped', () => {
    expect(held([], [], true)).toEqual(everything);
    expect(held([], ['CAP_SYS_BOOT'], true)).toHaveLength(40);
  });

  it('one name has many spellings, and none is a mistake that passes', () => {
    expect(capabilityList(['net_admin', 'CAP_NET_ADMIN', 'Net_Admin'], 'f')).toEqual(['CAP_NET_ADMIN']);
    expect(() => capabilityList(['NET_ADMINS'], 'security.addCapabilities')).toThrow(
      expect.objectContaining({ code: 'invalid_input', details: { field: 'security.addCapabilities' } }),
    );
  });
});

const wanted = (changes: Partial<WantedSecurity>): WantedSecurity => ({ ...DEFAULT_SECURITY, ...changes });
const privileges = (changes: Partial<WantedSecurity>) => privilegesOf(checkedSecurity(wanted(changes))).map(({ privilege }) => privilege);
const beyond = everything.filter((one) => !standard.includes(one));

describe('what takes a wall down', () => {
  it('is nothing of the defaults, and nothing that only takes away', () => {
    expect(privileges({})).toEqual([]);
    expect(privileges({ dropCapabilities: ['ALL'], addCapabilities: standard, noNewPrivileges: false })).toEqual([]);
  });

  it.each(beyond)('is %s, alone or among others, first or last (1c 29)', (one) => {
    for (const list of [[one], [...standard, one], [one, ...standard], ['KILL', one, 'CHOWN', one, 'SETUID']])
      expect(privileges({ addCapabilities: list })).toEqual(['capabilities']);
  });

  it('is privileged, all capabilities, no filter and a filter of one’s own', () => {
    expect(privileges({ privileged: true })).toEqual(['privileged']);
    expect(privileges({ addCapabilities: ['all'] })).toEqual(['capabilities']);
    expect(privileges({ seccomp: 'unconfined' })).toEqual(['seccomp']);
    expect(privileges({ seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } })).toEqual(['seccomp']);
  });
});

describe('who may take a wall down', () => {
  const requests = {
    'security.privileged': { security: wanted({ privileged: true }) },
    'security.addCapabilities': { security: wanted({ addCapabilities: ['SYS_ADMIN'] }) },
    'security.seccomp': { security: wanted({ seccomp: 'unconfined' }) },
    network: { network: 'host' as const },
  };

  it.each(Object.entries(requests))('by %s: an administrator, not a member', async (field, request) => {
    const house = containerHouse();
    const refused = house.create.execute(principalOf('default', 'member'), createRequest(request));
    await expect(refused).rejects.toMatchObject({ code: 'forbidden', details: { field } });
    expect(house.registry.all()).toEqual([]);
    await expect(house.create.execute(principalOf('default'), createRequest(request))).resolves.toMatchObject({ state: 'created' });
  });

  it.each(Object.entries(requests))('by %s: a member does not move into what an administrator made', async (_field, request) => {
    const house = containerHouse();
    const { id } = await house.create.execute(principalOf('default'), createRequest({ ...request, start: true }));
    const member = principalOf('default', 'member');
    await expect(house.exec.execute(member, id, { command: ['id'] })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(house.attach.execute(member, id)).rejects.toMatchObject({ code: 'forbidden' });
    expect(house.inspect.execute(member, id).state).toBe('running');
  });

  it('a member creates containers with every wall up', async () => {
    const house = containerHouse();
    const made = await house.create.execute(principalOf('default', 'member'), createRequest({}));
    expect(made.config.security).toEqual(DEFAULT_SECURITY);
  });
});
