import type { PacketRulesBase, PacketRulesEndpoint } from './packet-rules.js';

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
