import { BlockList, isIP } from 'node:net';

const LOOPBACK = blockList([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

// Addresses that mean "this machine" or "this link": cloud metadata services live on 169.254.169.254, fd00:ec2::254 and 100.100.100.200. The last two
// are the same places by way of a NAT64 gateway (RFC 6052).
const LOCAL = blockList([
  ['127.0.0.0', 8],
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['::1', 128],
  ['::', 128],
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['100.100.100.200', 32],
  ['64:ff9b::7f00:0', 104],
  ['64:ff9b::a9fe:0', 112],
]);

/** @param hostname as `URL.hostname` gives it: lower case, IPv6 in brackets */
export function isLoopbackHost(hostname: string): boolean {
  const bare = unbracket(hostname);
  if (isIP(bare) !== 0) return contains(LOOPBACK, bare);
  return bare === 'localhost' || bare.endsWith('.localhost');
}

/** IPv4-mapped forms included. */
export function isLoopbackAddress(address: string): boolean {
  return contains(LOOPBACK, address);
}

/** Loopback, link-local or unspecified, IPv4-mapped forms included. */
export function isLocalAddress(address: string): boolean {
  return contains(LOCAL, address);
}

/** The address itself when the host is one, else undefined. */
export function literalAddress(hostname: string): string | undefined {
  const bare = unbracket(hostname);
  return isIP(bare) === 0 ? undefined : bare;
}

function unbracket(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function blockList(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, isIP(net) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
