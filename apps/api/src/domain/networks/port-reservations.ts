import { DomainError } from '../errors.js';
import type { PublishedPort } from './networks.js';

type Place = Pick<PublishedPort, 'hostAddress' | 'hostPort' | 'protocol'>;

/** Host ports that containers of this instance hold, by owner. */
export class PortReservations {
  private readonly owners = new Map<string, readonly Place[]>();

  /** Replaces what the owner holds. Throws `port_in_use` and changes nothing where another owner has one of them. */
  reserve(owner: string, ports: readonly Place[]): void {
    for (const [at, port] of ports.entries()) {
      const within = ports.slice(0, at).some((earlier) => collide(earlier, port));
      if (within || this.isTaken(port, owner)) throw portInUse(port);
    }
    this.owners.set(owner, ports);
  }

  isTaken(port: Place, except?: string): boolean {
    return [...this.owners].some(([owner, held]) => owner !== except && held.some((one) => collide(one, port)));
  }

  release(owner: string): void {
    this.owners.delete(owner);
  }
}

export function portInUse({ hostAddress, hostPort, protocol }: Place): DomainError {
  return new DomainError('port_in_use', `port ${hostPort}/${protocol} of ${hostAddress} is in use; publish on another host port`, {
    hostAddress,
    hostPort,
    protocol,
  });
}

/** An address of all addresses of its family collides with each of them. */
function collide(one: Place, other: Place): boolean {
  if (one.hostPort !== other.hostPort || one.protocol !== other.protocol) return false;
  if (one.hostAddress === other.hostAddress) return true;
  const sameFamily = one.hostAddress.includes(':') === other.hostAddress.includes(':');
  return sameFamily && [one.hostAddress, other.hostAddress].some((address) => address === '0.0.0.0' || address === '::');
}
