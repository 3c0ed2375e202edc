import { binding } from '../binding.js';
import { told } from './told.js';

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

/** Replaces everything in the tables by the base and these endpoints, in one transaction. */
export const applyPacketRules = (base: PacketRulesBase, endpoints: readonly PacketRulesEndpoint[]): Promise<void> =>
  told(binding().nftApplyBase(base, endpoints));

/** The same endpoint twice is fine. Throws RuntimeError with errno EEXIST or EBUSY where another has one of its ports. */
export const addEndpoint = (table: string, endpoint: PacketRulesEndpoint): Promise<void> => told(binding().nftAddEndpoint(table, endpoint));

/** What is gone already is fine. */
export const removeEndpoint = (table: string, endpoint: PacketRulesEndpoint): Promise<void> =>
  told(binding().nftRemoveEndpoint(table, endpoint));

/** Takes both tables away; absent ones are fine. */
export const removePacketRules = (table: string): Promise<void> => told(binding().nftRemoveTable(table));

/** A sentence for each table of others that drops forwarded packets by default. */
export const foreignFirewalls = (table: string): Promise<string[]> => told(binding().foreignFirewalls(table));
