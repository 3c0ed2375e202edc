import { isIP } from 'node:net';
import { DomainError } from '../errors.js';
import type { NetworkLease } from './networks.js';

export interface Resolvers {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** resolv.conf(5); what is not understood is left out, so that nothing of it can become a line of its own (R16). */
export function parseResolvConf(text: string): Resolvers {
  const servers: string[] = [];
  let search: string[] = [];
  const options: string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver' && words[0] && isIP(words[0])) servers.push(words[0]);
    // The last one counts.
    if (keyword === 'search' || keyword === 'domain') search = words.filter((word) => /^[A-Za-z0-9._-]+$/.test(word));
    if (keyword === 'options') options.push(...words.filter((word) => /^[A-Za-z0-9:_-]+$/.test(word)));
  }
  return { servers, search, options };
}

/** The library asks at most three (MAXNS of resolv.h). */
const MOST_SERVERS = 3;

export function formatResolvConf({ servers, search, options }: Resolvers): string {
  const lines = servers.slice(0, MOST_SERVERS).map((server) => `nameserver ${server}`);
  if (search.length > 0) lines.push(`search ${search.join(' ')}`);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * The servers that a container on the bridge can ask: not the host's loopback, nor the host itself, whose services are
 * closed to containers (`own`), nor link-local ones, nor IPv6 where the container has none.
 */
export function reachableServers(servers: readonly string[], own: readonly string[], hasIpv6: boolean): string[] {
  return servers.filter((server) => {
    if (own.includes(server) || server.includes('%')) return false;
    if (!server.includes(':')) return !server.startsWith('127.') && server !== '0.0.0.0' && !server.startsWith('169.254.');
    return hasIpv6 && server !== '::1' && server !== '::' && !/^fe[89ab]/i.test(server);
  });
}

export function formatHosts(hostname: string, lease: NetworkLease | null): string {
  // RFC 1123, and docker's underscore; a line break in it would be another entry.
  if (!/^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/.test(hostname) || hostname.length > 253) {
    throw new DomainError('invalid_input', `not a host name: ${JSON.stringify(hostname.slice(0, 300))}`, { field: 'hostname' });
  }
  const names = hostname.includes('.') ? `${hostname} ${hostname.split('.')[0]}` : hostname;
  const own = lease ? [lease.ipv4, ...(lease.ipv6 ? [lease.ipv6] : [])] : ['127.0.1.1'];
  const lines = ['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback', ...own.map((address) => `${address} ${names}`)];
  return lines.map((line) => `${line}\n`).join('');
}
