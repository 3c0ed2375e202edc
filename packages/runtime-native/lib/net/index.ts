export { type BridgeInput, deleteLink, enableForwarding, ensureBridge, listLinks } from './links.js';
export {
  addEndpoint,
  applyPacketRules,
  type EndpointPort,
  foreignFirewalls,
  type PacketRulesBase,
  type PacketRulesEndpoint,
  removeEndpoint,
  removePacketRules,
} from './packet-rules.js';
