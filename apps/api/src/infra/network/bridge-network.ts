import { createHash } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { DomainError } from '../../domain/errors.js';
import { AddressLeases } from '../../domain/networks/address-leases.js';
import { type AddressPool, chooseIpv4, poolOf, uniqueLocal } from '../../domain/networks/address-pool.js';
import { networkNames } from '../../domain/networks/instance-names.js';
import { formatHosts, formatResolvConf } from '../../domain/networks/name-files.js';
import type { NetworkLease, PublishedPort } from '../../domain/networks/networks.js';
import { ContainerNetwork, type NameFiles, type WantedPort } from '../../domain/networks/networks.ports.js';
import { hasIpv6, routedNetworks } from './host-network.js';
import { bringUp, connectEndpoint, disconnectEndpoint, firewallWarnings, removeRules, takeDown } from './network-kernel.js';
import { PortPublisher } from './port-publisher.js';
import { bridgeResolvers, hostResolvers } from './resolvers.js';

const NO_RESOLVERS =
  'This host resolves names by a server on its own addresses only, which containers cannot reach: names are not resolved in containers ' +
  'until /etc/resolv.conf names another server.';

/** The default network of the instance on the real kernel. */
@Injectable()
export class BridgeNetwork extends ContainerNetwork implements OnApplicationShutdown {
  private readonly names;
  private readonly rootHash: string;
  private readonly publisher = new PortPublisher(() => this.ipv6);
  /** Rules in force for an interface, so that exactly those are taken away. */
  private readonly connected = new Map<string, readonly PublishedPort[]>();
  private leases: AddressLeases | undefined;
  private ipv6 = false;
  private found: string[] = [];

  constructor(config: Config) {
    super();
    this.names = networkNames(config.instanceHash);
    this.rootHash = createHash('sha256').update(config.root).digest('hex');
  }

  override async open(leases: readonly NetworkLease[]): Promise<void> {
    this.ipv6 = await hasIpv6();
    const pool = await this.choosePool(leases);
    this.leases = new AddressLeases(pool, this.names);
    for (const lease of leases) this.leases.adopt(lease);
    await this.step(() => bringUp(this.names, pool, leases));
    const resolvers = await bridgeResolvers(this.ipv6);
    this.found = [...(await this.step(() => firewallWarnings(this.names))), ...(resolvers.servers.length === 0 ? [NO_RESOLVERS] : [])];
  }

  /** Containers outlive the server, and their network with them; without containers the host gets back what it had. */
  async onApplicationShutdown(): Promise<void> {
    if (this.leases?.empty) await this.step(() => takeDown(this.names));
  }

  override lease(): NetworkLease {
    if (!this.leases) throw new DomainError('not_ready', 'the network of this server is not open yet; try again in a moment');
    return this.leases.allocate();
  }

  override release(lease: NetworkLease): void {
    this.leases?.release(lease);
  }

  override publish(containerId: string, wanted: readonly WantedPort[]): Promise<PublishedPort[]> {
    return this.publisher.publish(containerId, wanted);
  }

  override unpublish(containerId: string): void {
    this.publisher.release(containerId);
  }

  override async connect(lease: NetworkLease, ports: readonly PublishedPort[]): Promise<void> {
    const { hostInterface } = lease;
    const before = this.connected.get(hostInterface) ?? [];
    if (before.length > 0) await this.step(() => removeRules(this.names, lease, before));
    await this.step(() => connectEndpoint(this.names, lease, ports));
    this.connected.set(hostInterface, ports);
    this.publisher.adopt(hostInterface, ports);
  }

  override async disconnect(lease: NetworkLease, ports: readonly PublishedPort[]): Promise<void> {
    const { hostInterface } = lease;
    const inForce = this.connected.get(hostInterface) ?? ports;
    await this.step(() => disconnectEndpoint(this.names, lease, inForce));
    this.connected.delete(hostInterface);
    this.publisher.release(hostInterface);
  }

  override async nameFiles(hostname: string, lease: NetworkLease | null): Promise<NameFiles> {
    const resolvers = lease ? await bridgeResolvers(lease.ipv6 !== null) : await hostResolvers();
    return { resolvConf: formatResolvConf(resolvers), hosts: formatHosts(hostname, lease) };
  }

  override warnings(): string[] {
    return [...this.found];
  }

  /** Leases of an earlier run keep their network, whatever routes the host has now. */
  private async choosePool(leases: readonly NetworkLease[]): Promise<AddressPool> {
    const ipv6 = this.ipv6 ? uniqueLocal(this.rootHash) : null;
    const earlier = leases[0] && poolOf(leases[0], ipv6);
    if (earlier) return earlier;
    return { ipv4: chooseIpv4(this.rootHash.slice(0, 8), await routedNetworks(this.names.bridge)), ipv6 };
  }

  private async step<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new DomainError('network_failed', `the network failed: ${(error as Error).message}`, {}, { cause: error });
    }
  }
}
