import { describe, expect, it } from 'vitest';

import { AddressLeases } from './address-leases.js';
import { networkNames } from './instance-names.js';
import { networkOf, parseIpv4 } from './ipv4.js';

const names = networkNames('1a2b3c4d');
const leases = (prefix = 22) => new AddressLeases({ ipv4: networkOf(parseIpv4('10.210.4.0') ?? 0, prefix), ipv6: 'fd01:2345:6789' }, names);

describe('address leases', () => {
  it('gives a container everything that its interface needs', () => {
    expect(leases().allocate()).toEqual({
      ipv4: '10.210.4.2',
      ipv4Prefix: 22,
      gatewayIpv4: '10.210.4.1',
      ipv6: 'fd01:2345:6789::2',
      ipv6Prefix: 64,
      gatewayIpv6: 'fd01:2345:6789::1',
      mac: '02:6b:0a:d2:04:02',
      hostInterface: 'kv1a2b3c0002',
      bridge: 'kl1a2b3c4d',
    });
  });

  it('never gives an address twice, nor that of the network, the bridge or the broadcast', () => {
    const pool = leases();
    const given = Array.from({ length: 1021 }, () => pool.allocate());
    expect(new Set(given.map(({ ipv4 }) => ipv4)).size).toBe(1021);
    expect(new Set(given.map(({ hostInterface }) => hostInterface)).size).toBe(1021);
    expect(given.at(-1)?.ipv4).toBe('10.210.7.254');
    expect(() => pool.allocate()).toThrow(expect.objectContaining({ code: 'address_pool_exhausted' }));
  });

  it('gives a released address again, but those that never were in use first', () => {
    const pool = leases(29);
    const [first] = [pool.allocate(), pool.allocate()];
    pool.release(first);
    expect(pool.allocate().ipv4).toBe('10.210.4.4');
    expect(pool.allocate().ipv4).toBe('10.210.4.5');
    expect(pool.allocate().ipv4).toBe('10.210.4.6');
    expect(pool.allocate()).toEqual(first);
  });

  it('leaves the leases of an earlier run to their containers', () => {
    const earlier = leases(29);
    const kept = [earlier.allocate(), earlier.allocate(), earlier.allocate()];
    const pool = leases(29);
    for (const lease of kept.slice(1)) pool.adopt(lease);
    const fresh = [pool.allocate(), pool.allocate(), pool.allocate()].map(({ ipv4 }) => ipv4);
    expect(fresh).toEqual(['10.210.4.5', '10.210.4.6', '10.210.4.2']);
  });

  it('takes no harm from a lease of another network', () => {
    const pool = leases(29);
    const stranger = { ...pool.allocate(), ipv4: '192.0.2.1' };
    pool.adopt(stranger);
    pool.release(stranger);
    expect(pool.allocate().ipv4).toBe('10.210.4.3');
  });

  it('keeps interface names within the 15 bytes of the kernel', () => {
    expect([names.bridge, leases().allocate().hostInterface].every((name) => name.length <= 15)).toBe(true);
  });
});
