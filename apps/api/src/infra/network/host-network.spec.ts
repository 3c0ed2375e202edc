import { describe, expect, it } from 'vitest';

import { formatIpv4 } from '../../domain/networks/ipv4.js';
import { hasIpv6, ownAddresses, parseRoutes, routedNetworks } from './host-network.js';

const TABLE = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
kl1\t0004D20A\t00000000\t0001\t0\t0\t0\t00FCFFFF\t0\t0\t0
`;

describe("the host's routes", () => {
  it('are read with base and prefix length, without the default route and our own bridge', () => {
    const routes = parseRoutes(TABLE, 'kl1').map(({ base, prefix }) => `${formatIpv4(base)}/${prefix}`);
    expect(routes).toEqual(['192.0.2.0/24']);
    expect(parseRoutes(TABLE, '').map(({ prefix }) => prefix)).toEqual([24, 22]);
  });

  it('are those of this host', async () => {
    await expect(routedNetworks('')).resolves.toBeInstanceOf(Array);
    expect(typeof (await hasIpv6())).toBe('boolean');
    expect(ownAddresses()).toContain('127.0.0.1');
  });
});
