import { DomainError } from '../domain/errors.js';
import type { NetworkLease, PublishedPort } from '../domain/networks/networks.js';
import { ContainerNetwork, type NameFiles, type WantedPort } from '../domain/networks/networks.ports.js';

/** A bridge without a kernel, for tests of the rules only; counts what is held. */
export class FakeNetwork extends ContainerNetwork {
  readonly leases = new Set<string>();
  readonly published = new Map<string, readonly number[]>();
  readonly connected = new Set<string>();
  opened: readonly NetworkLease[] | null = null;
  failConnect: Error | null = null;
  private next = 2;

  override async open(leases: readonly NetworkLease[]): Promise<void> {
    this.opened = leases;
    for (const lease of leases) {
      this.leases.add(lease.ipv4);
      this.connected.add(lease.ipv4);
    }
  }

  override lease(_containerId: string): NetworkLease {
    const last = this.next++;
    const lease: NetworkLease = {
      ipv4: `10.0.0.${last}`,
      ipv4Prefix: 24,
      gatewayIpv4: '10.0.0.1',
      ipv6: null,
      ipv6Prefix: 64,
      gatewayIpv6: null,
      mac: `02:00:00:00:00:${last.toString(16).padStart(2, '0')}`,
      hostInterface: `kv${last}`,
      bridge: 'kb',
    };
    this.leases.add(lease.ipv4);
    return lease;
  }

  override release(lease: NetworkLease): void {
    this.leases.delete(lease.ipv4);
  }

  override async publish(containerId: string, wanted: readonly WantedPort[]): Promise<PublishedPort[]> {
    const taken = new Set([...this.published.values()].flat());
    for (const { hostPort } of wanted) {
      if (taken.has(hostPort)) throw new DomainError('port_in_use', `host port ${hostPort} is in use`, { port: hostPort });
    }
    this.published.set(
      containerId,
      wanted.map(({ hostPort }) => hostPort),
    );
    return wanted.map((port) => ({ ...port, hostAddress: port.hostAddress ?? '0.0.0.0' }));
  }

  override unpublish(containerId: string): void {
    this.published.delete(containerId);
  }

  override async connect(lease: NetworkLease): Promise<void> {
    if (this.failConnect) throw this.failConnect;
    this.connected.add(lease.ipv4);
  }

  override async disconnect(lease: NetworkLease): Promise<void> {
    this.connected.delete(lease.ipv4);
  }

  override async nameFiles(): Promise<NameFiles> {
    return { resolvConf: '', hosts: '' };
  }

  override warnings(): string[] {
    return [];
  }
}
