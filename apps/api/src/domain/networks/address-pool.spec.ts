import { describe, expect, it } from 'vitest';

import { chooseIpv4, gatewayAddresses, ipv4At, ipv6At, poolOf, uniqueLocal } from './address-pool.js';
import { formatIpv4, networkOf, parseIpv4 } from './ipv4.js';
import type { NetworkLease } from './networks.js';

const route = (cidr: string) => {
  const [address = '', prefix] = cidr.split('/');
  return networkOf(parseIpv4(address) ?? 0, Number(prefix));
};
const chosen = (hash: string, ...routes: string[]) => formatIpv4(chooseIpv4(hash, routes.map(route)).base);

describe('the address pool of an instance', () => {
  it('begins where the hash says, so that instances of one host are apart', () => {
    expect(chosen('00000000')).toBe('10.210.0.0');
    expect(chosen('00000001')).toBe('10.210.4.0');
    expect(chosen('0000003f')).toBe('10.210.252.0');
  });

  it('takes the next part that is free where another instance has the first', () => {
    expect(chosen('00000001', '10.210.4.0/22')).toBe('10.210.8.0');
    expect(chosen('0000003f', '10.210.252.0/22')).toBe('10.210.0.0');
  });

  it('leaves a block alone that lies in a network of the host', () => {
    expect(chosen('00000000', '10.210.0.0/16')).toBe('10.211.0.0');
    expect(chosen('00000000', '10.192.0.0/11')).toBe('10.224.0.0');
    expect(chosen('00000000', '10.0.0.0/8')).toBe('172.30.0.0');
  });

  it('steps around a single address that the host routes', () => {
    expect(chosen('00000000', '10.210.1.7/32')).toBe('10.210.4.0');
  });

  it('says so when nothing is left', () => {
    expect(() => chosen('00000000', '10.0.0.0/8', '172.16.0.0/12')).toThrow(expect.objectContaining({ code: 'address_pool_exhausted' }));
  });

  it('derives a unique local network from the root', () => {
    expect(uniqueLocal('0123456789abcdef')).toBe('fd01:2345:6789');
    const pool = { ipv4: route('10.210.4.0/22'), ipv6: uniqueLocal('ff00000001') };
    expect(ipv6At(pool, 1021)).toBe('fdff:0:1::3fd');
    expect(ipv4At(pool, 1021)).toBe('10.210.7.253');
    expect(gatewayAddresses(pool)).toEqual(['10.210.4.1/22', 'fdff:0:1::1/64']);
  });

  it('is found again from a lease of an earlier run', () => {
    const lease = { gatewayIpv4: '10.211.8.1', ipv4Prefix: 22 } as NetworkLease;
    expect(poolOf(lease, null)).toEqual({ ipv4: route('10.211.8.0/22'), ipv6: null });
  });
});
