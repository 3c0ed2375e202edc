export { type BridgeInput, deleteLink, enableForwarding, ensureBridge, listLinks } from './links.js';
export type { EndpointPort, PacketRulesBase, PacketRulesEndpoint } from './native.js';
export { addEndpoint, applyPacketRules, foreignFirewalls, removeEndpoint, removePacketRules } from './packet-rules.js';
