export interface PacketRulesBase {
  /** Name of the instance's tables (families inet and bridge). */
  readonly table: string;
  readonly bridge: string;
  /** Of all host sides of this instance's containers, and of no other interface. */
  readonly interfacePrefix: string;
  /** `10.210.0.0/22` */
  readonly subnetIpv4: string;
  /** null: no IPv6. */
  readonly subnetIpv6: string | null;
}

export interface EndpointPort {
  /** `0.0.0.0` and `::` stand for every address of the host. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

/** What a container may send as, and what leads to it. */
export interface PacketRulesEndpoint {
  readonly hostInterface: string;
  readonly mac: string;
  readonly ipv4: string;
  readonly ipv6: string | null;
  readonly ports: readonly EndpointPort[];
}

/** The addon's functions of src/addon/net_binding.cc; all work on worker threads. */
export interface NativeNet {
  ensureBridge(name: string, addresses: readonly string[], mtu: number): Promise<void>;
  deleteLink(name: string): Promise<void>;
  listLinks(prefix: string): Promise<string[]>;
  enableForwarding(): Promise<void>;
  nftApplyBase(base: PacketRulesBase, endpoints: readonly PacketRulesEndpoint[]): Promise<void>;
  nftAddEndpoint(table: string, endpoint: PacketRulesEndpoint): Promise<void>;
  nftRemoveEndpoint(table: string, endpoint: PacketRulesEndpoint): Promise<void>;
  nftRemoveTable(table: string): Promise<void>;
  foreignFirewalls(table: string): Promise<string[]>;
}
