import {
  addEndpoint,
  applyPacketRules,
  deleteLink,
  enableForwarding,
  ensureBridge,
  foreignFirewalls,
  listLinks,
  type PacketRulesBase,
  type PacketRulesEndpoint,
  removeEndpoint,
  removePacketRules,
} from '@keelson/runtime-native/net';
import { type AddressPool, gatewayAddresses, IPV6_PREFIX } from '../../domain/networks/address-pool.js';
import type { NetworkNames } from '../../domain/networks/instance-names.js';
import { formatIpv4 } from '../../domain/networks/ipv4.js';
import { NETWORK_MTU, type NetworkLease, type PublishedPort } from '../../domain/networks/networks.js';

/** Bridge, rules and forwarding in force, interfaces that no lease knows gone; idempotent. */
export async function bringUp(names: NetworkNames, pool: AddressPool, leases: readonly NetworkLease[]): Promise<void> {
  // Before the bridge is up: no packet passes without rules (R14).
  await applyPacketRules(
    rulesBase(names, pool),
    leases.map((lease) => endpointOf(lease, [])),
  );
  await ensureBridge({ name: names.bridge, addresses: gatewayAddresses(pool), mtu: NETWORK_MTU });
  await enableForwarding();
  const known = new Set(leases.map(({ hostInterface }) => hostInterface));
  for (const name of await listLinks(names.interfacePrefix)) if (!known.has(name)) await deleteLink(name);
}

/** The bridge goes first: nothing may pass any more when its rules go. Forwarding stays on: others on the host may rely on it by now. */
export async function takeDown({ bridge, table }: NetworkNames): Promise<void> {
  await deleteLink(bridge);
  await removePacketRules(table);
}

export const connectEndpoint = (names: NetworkNames, lease: NetworkLease, ports: readonly PublishedPort[]): Promise<void> =>
  addEndpoint(names.table, endpointOf(lease, ports));

/** The interface goes first: nothing may pass any more when its rules go. */
export async function disconnectEndpoint(names: NetworkNames, lease: NetworkLease, ports: readonly PublishedPort[]): Promise<void> {
  await deleteLink(lease.hostInterface);
  await removeRules(names, lease, ports);
}

export const removeRules = (names: NetworkNames, lease: NetworkLease, ports: readonly PublishedPort[]): Promise<void> =>
  removeEndpoint(names.table, endpointOf(lease, ports));

export const firewallWarnings = ({ table }: NetworkNames): Promise<string[]> => foreignFirewalls(table);

function rulesBase({ table, bridge, interfacePrefix }: NetworkNames, { ipv4, ipv6 }: AddressPool): PacketRulesBase {
  const subnetIpv4 = `${formatIpv4(ipv4.base)}/${ipv4.prefix}`;
  return { table, bridge, interfacePrefix, subnetIpv4, subnetIpv6: ipv6 === null ? null : `${ipv6}::/${IPV6_PREFIX}` };
}

function endpointOf({ hostInterface, mac, ipv4, ipv6 }: NetworkLease, ports: readonly PublishedPort[]): PacketRulesEndpoint {
  return { hostInterface, mac, ipv4, ipv6, ports };
}
