import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(?=\d+\.)/i;

/** Where a request comes from: an IPv4 address, or the /64 of an IPv6 one, all of which is one customer's. Headers of proxies are anybody's to write. */
export function clientAddress({ socket: { remoteAddress = '' } }: IncomingMessage): string {
  const address = remoteAddress.replace(MAPPED, '').replace(/%.*$/, '');
  return isIPv6(address) ? groups(address).slice(0, 4).join(':') : address;
}

/** The address's eight groups, without leading zeros; the kernel writes it in the form of RFC 5952. */
function groups(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail === undefined) return before;
  const after = tail === '' ? [] : tail.split(':');
  return [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
}
