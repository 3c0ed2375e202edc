import { binding } from '../binding.js';
import type { PacketRulesBase, PacketRulesEndpoint } from './native.js';
import { told } from './told.js';

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
