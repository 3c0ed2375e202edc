import { DomainError } from '../errors.js';
import { formatIpv4, type Ipv4Network, overlaps, parseIpv4, sizeOf } from './ipv4.js';
import type { NetworkLease } from './networks.js';

/** The network of an instance's bridge. */
export interface AddressPool {
  readonly ipv4: Ipv4Network;
  /** First three groups of a /64 whose subnet is 0: `fd12:3456:789a`; null on a host without IPv6. */
  readonly ipv6: string | null;
}

/** 1,021 containers: a bridge takes 1,023 ports (BR_MAX_PORTS of the kernel). */
const POOL_PREFIX = 22;
export const IPV6_PREFIX = 64;

/** Private networks (RFC 1918) seldom used for offices and clouds, in the order of trial. */
const CANDIDATES = [...range(210, 250).map((second) => `10.${second}.0.0`), '172.30.0.0', '172.31.0.0'];
const BLOCK = sizeOf(16);

/**
 * The first free /22, beginning at a place that the hash decides, so that instances of one host seldom ask for the same.
 * `routes`: networks that the host reaches already, default routes left out.
 */
export function chooseIpv4(hash: string, routes: readonly Ipv4Network[]): Ipv4Network {
  const slots = BLOCK / sizeOf(POOL_PREFIX);
  const first = Number.parseInt(hash, 16) % slots;
  for (const candidate of CANDIDATES) {
    const block: Ipv4Network = { base: parseIpv4(candidate) ?? 0, prefix: 16 };
    const taken = routes.filter((route) => overlaps(route, block));
    // A wider route than ours belongs to a network of somebody else, even where we would not collide with its hosts.
    if (taken.some(({ prefix }) => prefix < POOL_PREFIX)) continue;
    for (let at = 0; at < slots; at++) {
      const slot: Ipv4Network = { base: block.base + ((first + at) % slots) * sizeOf(POOL_PREFIX), prefix: POOL_PREFIX };
      if (!taken.some((route) => overlaps(route, slot))) return slot;
    }
  }
  throw new DomainError(
    'address_pool_exhausted',
    'every private network that Keelson tries is routed on this host already; remove one of the routes',
  );
}

/** A unique local /64 (RFC 4193): 40 bits of the SHA-256 of the instance's root as global id, subnet 0, which RFC 5952 has us not write. */
export function uniqueLocal(rootHash: string): string {
  const id = rootHash.slice(0, 10);
  return [`fd${id.slice(0, 2)}`, id.slice(2, 6), id.slice(6, 10)].map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

export const ipv6At = (pool: AddressPool, offset: number): string | null =>
  pool.ipv6 === null ? null : `${pool.ipv6}::${offset.toString(16)}`;

export const ipv4At = (pool: AddressPool, offset: number): string => formatIpv4(pool.ipv4.base + offset);

/** The bridge's own addresses with prefix lengths. */
export function gatewayAddresses(pool: AddressPool): string[] {
  const ipv6 = ipv6At(pool, 1);
  return [`${ipv4At(pool, 1)}/${pool.ipv4.prefix}`, ...(ipv6 ? [`${ipv6}/${IPV6_PREFIX}`] : [])];
}

/** The pool that leases of an earlier run were made from; null where they are of none. */
export function poolOf(lease: NetworkLease, ipv6: string | null): AddressPool | null {
  const gateway = parseIpv4(lease.gatewayIpv4);
  if (gateway === null) return null;
  return { ipv4: { base: gateway - 1, prefix: lease.ipv4Prefix }, ipv6 };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}
