import { DomainError } from '../errors.js';
import { type AddressPool, IPV6_PREFIX, ipv4At, ipv6At } from './address-pool.js';
import type { NetworkNames } from './instance-names.js';
import { parseIpv4, sizeOf } from './ipv4.js';
import type { NetworkLease } from './networks.js';

/** Offset 0 is the network, 1 the bridge, the last one the broadcast address. */
const FIRST = 2;

/**
 * Which container has which address. Everything of a lease follows from its offset in the pool, so that an address and an
 * interface name can never belong to two containers at once.
 */
export class AddressLeases {
  private readonly used = new Set<number>();
  private next = FIRST;

  constructor(
    readonly pool: AddressPool,
    private readonly names: NetworkNames,
  ) {}

  /** Goes round the pool, so that an address rests before it comes back. Throws `address_pool_exhausted`. */
  allocate(): NetworkLease {
    const end = sizeOf(this.pool.ipv4.prefix) - 1;
    for (let tried = FIRST; tried < end; tried++) {
      const offset = this.next;
      this.next = offset + 1 < end ? offset + 1 : FIRST;
      if (this.used.has(offset)) continue;
      this.used.add(offset);
      return this.leaseAt(offset);
    }
    throw new DomainError('address_pool_exhausted', `all ${end - FIRST} addresses of the network are in use; remove containers`);
  }

  /** Takes a lease of the records as given. */
  adopt(lease: NetworkLease): void {
    const offset = this.offsetOf(lease);
    if (offset === null) return;
    this.used.add(offset);
    this.next = Math.max(this.next, offset + 1) % (sizeOf(this.pool.ipv4.prefix) - 1) || FIRST;
  }

  get empty(): boolean {
    return this.used.size === 0;
  }

  release(lease: NetworkLease): void {
    const offset = this.offsetOf(lease);
    if (offset !== null) this.used.delete(offset);
  }

  private offsetOf({ ipv4 }: NetworkLease): number | null {
    const address = parseIpv4(ipv4);
    const offset = address === null ? -1 : address - this.pool.ipv4.base;
    return offset >= FIRST && offset < sizeOf(this.pool.ipv4.prefix) - 1 ? offset : null;
  }

  private leaseAt(offset: number): NetworkLease {
    const ipv4 = ipv4At(this.pool, offset);
    return {
      ipv4,
      ipv4Prefix: this.pool.ipv4.prefix,
      gatewayIpv4: ipv4At(this.pool, 1),
      ipv6: ipv6At(this.pool, offset),
      ipv6Prefix: IPV6_PREFIX,
      gatewayIpv6: ipv6At(this.pool, 1),
      mac: macOf(ipv4),
      hostInterface: `${this.names.interfacePrefix}${offset.toString(16).padStart(4, '0')}`,
      bridge: this.names.bridge,
    };
  }
}

/** Locally administered, unicast (02), then the address: unique on the bridge, and the same for the same address. */
function macOf(ipv4: string): string {
  const bytes = [0x02, 0x6b, ...ipv4.split('.').map(Number)];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
