import type { NetworkLease, PublishedPort } from './networks.js';

/** The default network of the instance, as kernel objects. */
export abstract class ContainerNetwork {
  /** Brings bridge, tables and forwarding into force; idempotent. `leases` are those of known containers: all count as connected. */
  abstract open(leases: readonly NetworkLease[]): Promise<void>;
  /** Reserves addresses and names. Throws `address_pool_exhausted`. */
  abstract lease(containerId: string): NetworkLease;
  abstract release(lease: NetworkLease): void;
  /**
   * Decides the host port where none was asked for and checks that the others are free; throws `port_in_use` naming the
   * port. `wanted` of this call are reserved until `unpublish`.
   */
  abstract publish(containerId: string, wanted: readonly WantedPort[]): Promise<PublishedPort[]>;
  abstract unpublish(containerId: string): void;
  /** Puts the rules for one endpoint in force; done before its interface is up (R14). */
  abstract connect(lease: NetworkLease, ports: readonly PublishedPort[]): Promise<void>;
  /** Takes the rules and the interface away; what is gone already is fine. */
  abstract disconnect(lease: NetworkLease, ports: readonly PublishedPort[]): Promise<void>;
  /** Text of the files a container gets: resolv.conf from the host's resolvers that it can reach, and hosts. */
  abstract nameFiles(hostname: string, lease: NetworkLease | null): Promise<NameFiles>;
  /** What a user should know of this host's network, one sentence each. */
  abstract warnings(): string[];
}

export interface WantedPort {
  /** null: every address of the host, IPv4 and IPv6. */
  readonly hostAddress: string | null;
  /** 0: any free port. */
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: 'tcp';
}

/** What a start needs to know of the network besides the lease. */
export interface NetworkAtStart {
  readonly names: NameFiles;
  /** Host pid of process 1 of the container whose network is used; null: its own, or the host's. */
  readonly joinedPid: number | null;
}

export interface NameFiles {
  readonly resolvConf: string;
  readonly hosts: string;
}
