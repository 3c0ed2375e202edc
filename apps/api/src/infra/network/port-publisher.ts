import { DomainError } from '../../domain/errors.js';
import type { PublishedPort } from '../../domain/networks/networks.js';
import type { WantedPort } from '../../domain/networks/networks.ports.js';
import { PortReservations, portInUse } from '../../domain/networks/port-reservations.js';
import { anyFreePort, canListen } from './free-ports.js';

/** Tries of a port that is free for one address family and not for the other, or was reserved a moment ago. */
const TRIES = 32;

/** Decides host ports. One decision at a time, so that two containers never get the same. */
export class PortPublisher {
  private readonly reservations = new PortReservations();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly hostHasIpv6: () => boolean) {}

  /** All or nothing. Throws `port_in_use` or `invalid_input`, naming the port. */
  publish(owner: string, wanted: readonly WantedPort[]): Promise<PublishedPort[]> {
    const decided = this.turn.then(() => this.decide(owner, wanted));
    this.turn = decided.catch(() => undefined);
    return decided;
  }

  /** Takes over what is in force already, after a restart of the server; what a publish() decided has its owner. */
  adopt(owner: string, ports: readonly PublishedPort[]): void {
    this.reservations.reserve(
      owner,
      ports.filter((port) => !this.reservations.isTaken(port)),
    );
  }

  release(owner: string): void {
    this.reservations.release(owner);
  }

  private async decide(owner: string, wanted: readonly WantedPort[]): Promise<PublishedPort[]> {
    const decided: PublishedPort[] = [];
    this.reservations.release(owner);
    for (const want of wanted) {
      decided.push(...(want.hostPort === 0 ? await this.findFree(want, decided) : await this.claim(want)));
    }
    this.reservations.reserve(owner, decided);
    return decided;
  }

  private async claim(want: WantedPort): Promise<PublishedPort[]> {
    const places = this.places(want, want.hostPort);
    for (const place of places) {
      if (this.reservations.isTaken(place) || !(await canListen(place.hostAddress, place.hostPort))) throw portInUse(place);
    }
    return places;
  }

  private async findFree(want: WantedPort, decided: readonly PublishedPort[]): Promise<PublishedPort[]> {
    for (let tried = 0; tried < TRIES; tried++) {
      const port = await anyFreePort(this.addresses(want)[0] ?? '0.0.0.0');
      if (port === null) break;
      const places = this.places(want, port);
      if (decided.some(({ hostPort }) => hostPort === port)) continue;
      const free = await Promise.all(
        places.map(async (place) => !this.reservations.isTaken(place) && (await canListen(place.hostAddress, port))),
      );
      if (free.every(Boolean)) return places;
    }
    throw new DomainError('port_in_use', `no free port on ${want.hostAddress ?? 'this host'} for container port ${want.containerPort}`, {
      containerPort: want.containerPort,
    });
  }

  private places(want: WantedPort, hostPort: number): PublishedPort[] {
    const { containerPort, protocol } = want;
    return this.addresses(want).map((hostAddress) => ({ hostAddress, hostPort, containerPort, protocol }));
  }

  private addresses({ hostAddress }: WantedPort): string[] {
    if (hostAddress !== null) return [hostAddress];
    return this.hostHasIpv6() ? ['0.0.0.0', '::'] : ['0.0.0.0'];
  }
}
