import { describe, expect, it } from 'vitest';

import { formatHosts, formatResolvConf, parseResolvConf, reachableServers } from './name-files.js';
import type { NetworkLease } from './networks.js';

const lease = { ipv4: '10.210.4.2', ipv6: 'fd01::2' } as NetworkLease;

describe('resolv.conf of a container', () => {
  it('carries servers, search list and options of the host over', () => {
    const told = parseResolvConf(
      '# made by hand\nnameserver 192.0.2.53 # first\nsearch a.example\nsearch b.example c.example\noptions ndots:2 edns0\nsortlist 1.2.3.4\n',
    );
    expect(formatResolvConf(told)).toBe('nameserver 192.0.2.53\nsearch b.example c.example\noptions ndots:2 edns0\n');
  });

  it('leaves out what is no address or no name, so that nothing becomes a line of its own', () => {
    const told = parseResolvConf(
      'nameserver not-an-address\nnameserver 192.0.2.53\u000bnameserver\nsearch a\u0000b ok.example\noptions a=b\n',
    );
    expect(formatResolvConf(told)).toBe('nameserver 192.0.2.53\nsearch ok.example\n');
  });

  it('names three servers at most', () => {
    const servers = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
    expect(formatResolvConf({ servers, search: [], options: [] }).match(/nameserver/g)).toHaveLength(3);
  });

  it.each([
    ['127.0.0.53', false],
    ['::1', false],
    ['fe80::1', false],
    ['fe80::1%eth0', false],
    ['192.0.2.1', false],
    ['10.255.255.53', true],
    ['2001:db8::53', true],
  ])('asks %s: %s', (server, reachable) => {
    expect(reachableServers([server], ['192.0.2.1'], true)).toEqual(reachable ? [server] : []);
  });

  it('asks no IPv6 server for a container without IPv6', () => {
    expect(reachableServers(['2001:db8::53', '192.0.2.53'], [], false)).toEqual(['192.0.2.53']);
  });
});

describe('hosts file of a container', () => {
  it('knows localhost and the container', () => {
    expect(formatHosts('web', lease)).toBe('127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n10.210.4.2 web\nfd01::2 web\n');
  });

  it('knows a full name by its first part as well', () => {
    expect(formatHosts('web.example', { ...lease, ipv6: null })).toContain('10.210.4.2 web.example web\n');
  });

  it('gives a container without a lease a loopback address', () => {
    expect(formatHosts('web', null)).toContain('127.0.1.1 web\n');
  });

  it.each(['a\n192.0.2.1 bank.example', 'a b', '', '-a', 'a'.repeat(254)])('refuses %j', (hostname) => {
    expect(() => formatHosts(hostname, lease)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
