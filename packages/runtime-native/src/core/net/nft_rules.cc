#include "net/nft_rules.h"

#include <linux/if_ether.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <algorithm>

namespace keelson::net {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

constexpr uint32_t kInvalid = NF_CT_STATE_INVALID_BIT;
constexpr uint32_t kAnswers = NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED);
// linux/netfilter_ipv4.h (NF_IP_PRI_*), which clashes with netinet/in.h. Bridge: before br_netfilter, which is at 0.
constexpr int32_t kRaw = -300, kDstNat = -100, kFilter = 0, kSrcNat = 100, kBridgeFirst = -300;

constexpr uint32_t kLink = NFT_PAYLOAD_LL_HEADER, kNet = NFT_PAYLOAD_NETWORK_HEADER, kTransport = NFT_PAYLOAD_TRANSPORT_HEADER;
constexpr uint32_t kSource4 = 12, kTarget4 = 16, kSource6 = 8, kTarget6 = 24, kPort = 2;

// Key: host side, hardware address, address.
constexpr SetShape kMembers4{"members4", concat(kTypeIfname, kTypeEther, kTypeIpv4), 16 + 8 + 4};
constexpr SetShape kMembers6{"members6", concat(kTypeIfname, kTypeEther, kTypeIpv6), 16 + 8 + 16};
// Key: host port, or host address and port. Value: container's address and port.
constexpr SetShape kAnyTcp4{"tcp4", kTypeService, 2, concat(kTypeIpv4, kTypeService), 8};
constexpr SetShape kAnyTcp6{"tcp6", kTypeService, 2, concat(kTypeIpv6, kTypeService), 20};
constexpr SetShape kOneTcp4{"tcp4_at", concat(kTypeIpv4, kTypeService), 8, concat(kTypeIpv4, kTypeService), 8};
constexpr SetShape kOneTcp6{"tcp6_at", concat(kTypeIpv6, kTypeService), 20, concat(kTypeIpv6, kTypeService), 20};
// The keys of the maps once more: a rule that only asks whether a key is there is listed wrongly by nft(8) for a map, and
// would accept everything once somebody saves and restores the listing.
constexpr SetShape kAnyOpen4{"open4", kTypeService, 2};
constexpr SetShape kAnyOpen6{"open6", kTypeService, 2};
constexpr SetShape kOneOpen4{"open4_at", concat(kTypeIpv4, kTypeService), 8};
constexpr SetShape kOneOpen6{"open6_at", concat(kTypeIpv6, kTypeService), 20};

template <size_t N>
std::string octets(const uint8_t (&bytes)[N]) {
  return {reinterpret_cast<const char*>(bytes), N};
}

std::string octets(const Address& address) { return {reinterpret_cast<const char*>(address.bytes.data()), address.size()}; }

std::string mask_of(const Address& network) {
  Address ones = network;
  ones.bytes.fill(0xff);
  return octets(network_of(ones));
}

std::string padded(std::string part) {
  part.resize((part.size() + 3) / 4 * 4, '\0');
  return part;
}

std::string port_octets(uint16_t port) { return {static_cast<char>(port >> 8), static_cast<char>(port & 0xff)}; }

class Base {
 public:
  Base(NftBatch& batch, const NftConfig& config, const Address& subnet4, const Address* subnet6)
      : batch_(batch), config_(config), subnet4_(subnet4), subnet6_(subnet6) {}

  void add() {
    add_ports();
    add_spoofed_bridged();
    add_spoofed_routed();
    add_published("prerouting");
    add_published("output");
    add_masquerade();
    add_forward();
    add_input();
  }

 private:
  NftBatch& rule(const char* chain) { return batch_.rule(NFPROTO_INET, chain); }
  NftBatch& from_bridge(const char* chain) { return rule(chain).iifname(config_.bridge); }
  void drop(NftBatch& rule) { rule.verdict(NF_DROP).end_rule(); }
  void accept(NftBatch& rule) { rule.verdict(NF_ACCEPT).end_rule(); }

  void add_ports() {
    for (const SetShape& shape : {kAnyTcp4, kAnyTcp6, kOneTcp4, kOneTcp6, kAnyOpen4, kAnyOpen6, kOneOpen4, kOneOpen6}) batch_.set(NFPROTO_INET, shape);
  }

  // Only here the port of the bridge is known by which a packet came: for routing it comes from the bridge.
  void add_spoofed_bridged() {
    const char* chain = "from_endpoint";
    const auto rule = [&]() -> NftBatch& { return batch_.rule(NFPROTO_BRIDGE, chain); };
    const auto key = [](NftBatch& rule, uint32_t mac_base, uint32_t mac, uint32_t base, uint32_t address, uint32_t length) -> NftBatch& {
      return rule.load_iifname(0).load(mac_base, mac, 6, 16).load(base, address, length, 24);
    };
    batch_.set(NFPROTO_BRIDGE, kMembers4);
    batch_.set(NFPROTO_BRIDGE, kMembers6);
    batch_.chain(NFPROTO_BRIDGE, chain, {"filter", NF_INET_PRE_ROUTING, kBridgeFirst});
    accept(rule().iifname_prefix_not(config_.interface_prefix));
    accept(key(rule().protocol(ETH_P_IP), kLink, 6, kNet, kSource4, 4).lookup(kMembers4.name));

    // RFC 826 for IPv4 over Ethernet: sender's hardware address at 8, sender's address at 14.
    NftBatch& arp = key(rule().protocol(ETH_P_ARP), kLink, 6, kNet, 14, 4).lookup(kMembers4.name);
    accept(key(arp, kNet, 8, kNet, 14, 4).lookup(kMembers4.name));

    for (const uint8_t type : {ND_ROUTER_ADVERT, ND_REDIRECT}) drop(icmp6(rule().protocol(ETH_P_IPV6), type));
    // RFC 4861, 4.4: the target of an advertisement is at 8. No answer may be given for another's address.
    accept(key(key(icmp6(rule().protocol(ETH_P_IPV6), ND_NEIGHBOR_ADVERT), kLink, 6, kNet, kSource6, 16).lookup(kMembers6.name),
               kLink, 6, kTransport, 8, 16)
               .lookup(kMembers6.name));
    drop(icmp6(rule().protocol(ETH_P_IPV6), ND_NEIGHBOR_ADVERT));
    // Duplicate detection asks without an address (RFC 4862, 5.4.2).
    accept(icmp6(rule().protocol(ETH_P_IPV6), ND_NEIGHBOR_SOLICIT).field(kNet, kSource6, std::string(16, '\0')));
    accept(key(rule().protocol(ETH_P_IPV6), kLink, 6, kNet, kSource6, 16).lookup(kMembers6.name));
    drop(rule());
  }

  static NftBatch& icmp6(NftBatch& rule, uint8_t type) {
    return rule.l4proto(IPPROTO_ICMPV6).field(kTransport, 0, {reinterpret_cast<const char*>(&type), 1});
  }

  // The same by subnet, where packets are routed: from the bridge nothing else, from elsewhere never.
  void add_spoofed_routed() {
    const char* chain = "spoofed";
    batch_.chain(NFPROTO_INET, chain, {"filter", NF_INET_PRE_ROUTING, kRaw});
    drop(from_subnet(from_bridge(chain), subnet4_, NFT_CMP_NEQ));
    add_spoofed_outside(chain, subnet4_);
    if (subnet6_ == nullptr) return drop(from_bridge(chain).nfproto(NFPROTO_IPV6));
    // Link-local ones and none (fe80::/10, ::) are part of IPv6's own housekeeping and are never routed.
    drop(from_subnet(from_bridge(chain), *subnet6_, NFT_CMP_NEQ)
             .masked(kNet, kSource6, octets({0xfe, 0x80}), octets({0xff, 0xc0}), NFT_CMP_NEQ)
             .field(kNet, kSource6, std::string(16, '\0'), NFT_CMP_NEQ));
    add_spoofed_outside(chain, *subnet6_);
  }

  // Asks the routes, so that the rules of an instance that was killed, whose bridge is gone, do no harm to the next owner of its subnet.
  void add_spoofed_outside(const char* chain, const Address& subnet) {
    const auto outside = [&]() -> NftBatch& { return from_subnet(rule(chain).iifname_not(config_.bridge).iifname_not("lo"), subnet, NFT_CMP_EQ); };
    drop(outside().saddr_is_behind(config_.bridge));
    drop(outside().saddr_is_local());
  }

  NftBatch& from_subnet(NftBatch& rule, const Address& subnet, uint32_t compare) {
    const bool v4 = subnet.family == AF_INET;
    return rule.nfproto(v4 ? NFPROTO_IPV4 : NFPROTO_IPV6)
        .masked(kNet, v4 ? kSource4 : kSource6, octets(network_of(subnet)), mask_of(subnet), compare);
  }

  // Loopback is the supervisor's: the kernel does not route such packets to another interface. So are calls of our own
  // containers: where bridged frames pass the packet filter (br_netfilter), a frame of a container that calls its own
  // port would have to leave by the port of the bridge by which it came, which a bridge does not do.
  void add_published(const char* chain) {
    const bool from_host = std::string_view(chain) == "output";
    batch_.chain(NFPROTO_INET, chain, {"nat", from_host ? NF_INET_LOCAL_OUT : NF_INET_PRE_ROUTING, kDstNat});
    const auto begin = [&]() -> NftBatch& { return from_host ? rule(chain) : rule(chain).iifname_not(config_.bridge); };
    const auto not_loopback4 = [&]() -> NftBatch& {
      return begin().nfproto(NFPROTO_IPV4).l4proto(IPPROTO_TCP).masked(kNet, kTarget4, octets({127}), octets({255}), NFT_CMP_NEQ).daddr_is_local();
    };
    const auto not_loopback6 = [&]() -> NftBatch& {
      const std::string loopback = octets(Address{AF_INET6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128});
      return begin().nfproto(NFPROTO_IPV6).l4proto(IPPROTO_TCP).field(kNet, kTarget6, loopback, NFT_CMP_NEQ).daddr_is_local();
    };
    published(not_loopback4(), kOneTcp4).dnat(NFPROTO_IPV4).end_rule();
    published(not_loopback4(), kAnyTcp4).dnat(NFPROTO_IPV4).end_rule();
    if (subnet6_ == nullptr) return;
    published(not_loopback6(), kOneTcp6).dnat(NFPROTO_IPV6).end_rule();
    published(not_loopback6(), kAnyTcp6).dnat(NFPROTO_IPV6).end_rule();
  }

  // Goes on where the packet's target is a published port of that set or map.
  static NftBatch& published(NftBatch& rule, const SetShape& set) {
    const uint32_t address = set.key_length - std::min<uint32_t>(set.key_length, 4);
    if (address > 0) rule.load(kNet, address == 4 ? kTarget4 : kTarget6, address, 0);
    return rule.load(kTransport, kPort, 2, address).lookup(set.name, set.data_length > 0);
  }

  void add_masquerade() {
    const char* chain = "postrouting";
    batch_.chain(NFPROTO_INET, chain, {"nat", NF_INET_POST_ROUTING, kSrcNat});
    for (const Address* subnet : {&subnet4_, subnet6_}) {
      if (subnet == nullptr) continue;
      from_subnet(rule(chain).oifname_not(config_.bridge).oifname_not("lo"), *subnet, NFT_CMP_EQ).masquerade().end_rule();
    }
  }

  void add_forward() {
    const char* chain = "forward";
    batch_.chain(NFPROTO_INET, chain, {"filter", NF_INET_FORWARD, kFilter});
    // Link-local and the clouds' metadata services: they hand out the host's credentials.
    drop(from_bridge(chain).nfproto(NFPROTO_IPV4).field(kNet, kTarget4, octets({169, 254})));
    drop(from_bridge(chain).nfproto(NFPROTO_IPV4).field(kNet, kTarget4, octets({100, 100, 100, 200})));
    drop(from_bridge(chain).nfproto(NFPROTO_IPV6).field(kNet, kTarget6, octets(Address{AF_INET6, {0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}, 128})));
    // With bridge-nf-call-iptables also frames between two ports pass here.
    accept(from_bridge(chain).oifname(config_.bridge));
    // What conntrack does not know is not masqueraded either, and would show addresses of containers outside.
    drop(from_bridge(chain).ct_state(kInvalid));
    accept(from_bridge(chain));
    accept(rule(chain).oifname(config_.bridge).ct_state(kAnswers));
    accept(rule(chain).oifname(config_.bridge).ct_status(IPS_DST_NAT));
    drop(rule(chain).oifname(config_.bridge));
  }

  void add_input() {
    const char* chain = "input";
    batch_.chain(NFPROTO_INET, chain, {"filter", NF_INET_LOCAL_IN, kFilter});
    accept(from_bridge(chain).ct_state(kAnswers));
    accept(from_bridge(chain).l4proto(IPPROTO_ICMP));
    accept(from_bridge(chain).l4proto(IPPROTO_ICMPV6));
    // A supervisor of ours listens there.
    for (const SetShape& set : {kOneOpen4, kAnyOpen4}) accept(published(from_bridge(chain).nfproto(NFPROTO_IPV4).l4proto(IPPROTO_TCP), set));
    for (const SetShape& set : {kOneOpen6, kAnyOpen6}) accept(published(from_bridge(chain).nfproto(NFPROTO_IPV6).l4proto(IPPROTO_TCP), set));
    drop(from_bridge(chain));
  }

  NftBatch& batch_;
  const NftConfig& config_;
  const Address& subnet4_;
  const Address* subnet6_;
};

std::string member_key(const std::string& interface, const Mac& mac, const Address& address) {
  std::string name = interface;
  name.resize(IFNAMSIZ, '\0');
  return name + padded({reinterpret_cast<const char*>(mac.data()), mac.size()}) + octets(address);
}

bool is_loopback(const Address& address) {
  if (address.family == AF_INET) return address.bytes[0] == 127;
  Address last = address;
  last.bytes[15] ^= 1;
  return last.is_any();
}

}  // namespace

void add_base(NftBatch& batch, const NftConfig& config, const Address& subnet4, const Address* subnet6) {
  Base(batch, config, subnet4, subnet6).add();
}

Result<std::vector<Element>> elements_of(const NftEndpoint& endpoint) {
  KEELSON_TRY(check_interface_name(Stage::net_nft, endpoint.interface));
  const Mac mac = KEELSON_TRY(parse_mac(Stage::net_nft, endpoint.mac));
  const Address ipv4 = KEELSON_TRY(parse_address(Stage::net_nft, endpoint.ipv4));
  const bool has_ipv6 = !endpoint.ipv6.empty();
  const Address ipv6 = has_ipv6 ? KEELSON_TRY(parse_address(Stage::net_nft, endpoint.ipv6)) : Address{};
  if (ipv4.family != AF_INET || (has_ipv6 && ipv6.family != AF_INET6)) {
    return Error{Stage::net_nft, EINVAL, "addresses of interface " + endpoint.interface + " are of the wrong family"};
  }
  const std::string member = "let " + endpoint.interface + " send";
  std::vector<Element> elements{{NFPROTO_BRIDGE, kMembers4.name, member_key(endpoint.interface, mac, ipv4), "", member}};
  if (has_ipv6) {
    for (const Address& address : {ipv6, link_local_of(mac)}) {
      elements.push_back({NFPROTO_BRIDGE, kMembers6.name, member_key(endpoint.interface, mac, address), "", member});
    }
  }
  for (const NftPort& port : endpoint.ports) {
    const Address host = KEELSON_TRY(parse_address(Stage::net_nft, port.host_address));
    const bool v4 = host.family == AF_INET;
    if (is_loopback(host) || (!v4 && !has_ipv6)) continue;
    const bool any = host.is_any();
    const std::string number = port_octets(port.host_port);
    const std::string key = any ? number : octets(host) + padded(number);
    const std::string target = octets(v4 ? ipv4 : ipv6) + padded(port_octets(port.container_port));
    const std::string what = "publish port " + std::to_string(port.host_port) + " of " + port.host_address;
    elements.push_back({NFPROTO_INET, (v4 ? any ? kAnyTcp4 : kOneTcp4 : any ? kAnyTcp6 : kOneTcp6).name, key, target, what});
    elements.push_back({NFPROTO_INET, (v4 ? any ? kAnyOpen4 : kOneOpen4 : any ? kAnyOpen6 : kOneOpen6).name, key, "", what});
  }
  return elements;
}

}  // namespace keelson::net
