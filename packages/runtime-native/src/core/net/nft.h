// The packet rules of one instance: a table of family inet and one of family bridge with the same name, written by
// AF_NETLINK alone. Base and endpoints are apart: endpoints are elements of sets and maps, so that adding one takes the
// same time whether there are ten or a thousand, and no rule is touched.
//
// What holds, for IPv4 and IPv6 alike (SECURITY.md 3a, R14):
// - A frame from a host side of ours carries the hardware address and the address of its endpoint, also inside ARP and
//   neighbour advertisements; anything else is dropped before any accept, and so are router advertisements.
// - Containers of the bridge reach one another and the world (masqueraded), not the host's services (only answers, ICMP
//   and published ports, where a supervisor listens) and not link-local and cloud metadata addresses.
// - From outside a container is reached by its published ports alone, wherever the packet comes from.
// Calls block: keep them off Node's main thread. `netlink` is of NETLINK_NETFILTER and says which namespace is meant. Keep
// it open from call to call: the kernel waits for an RCU grace period (about 12 ms, with its lock on all tables held)
// when a socket is closed while it still has removed elements to free (nft_rcv_nl_event).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/netlink.h"
#include "sys/result.h"

namespace keelson::net {

struct NftConfig {
  std::string table;
  std::string bridge;
  std::string interface_prefix;  // of all host sides of this instance and of no other interface
  std::string subnet4;           // "10.210.0.0/22"
  std::string subnet6;           // empty: no IPv6
};

struct NftPort {
  std::string host_address;  // "0.0.0.0" and "::": every address of the host
  uint16_t host_port = 0;
  uint16_t container_port = 0;
};

// Ports go to the endpoint's address of the same family. Those on a loopback address are the supervisor's and left out.
struct NftEndpoint {
  std::string interface;  // host side
  std::string mac;
  std::string ipv4;
  std::string ipv6;  // empty: none
  std::vector<NftPort> ports;
};

// Replaces whatever the tables hold by the base and these endpoints, in one transaction: no packet sees a gap.
sys::Result<void> apply_base(Netlink& netlink, const NftConfig& config, const std::vector<NftEndpoint>& endpoints);

// The same endpoint again is fine; a published port that another endpoint has is an error (EEXIST or EBUSY).
sys::Result<void> add_endpoint(Netlink& netlink, const std::string& table, const NftEndpoint& endpoint);

// Elements, and tables, that are gone already are fine.
sys::Result<void> remove_endpoint(Netlink& netlink, const std::string& table, const NftEndpoint& endpoint);
sys::Result<void> remove_table(Netlink& netlink, const std::string& table);

// Lets the host, as the calling thread sees it, pass packets on. A forwarding host ignores router advertisements unless accept_ra is 2 (kernel
// ip-sysctl.rst): interfaces that listened to routers are kept listening, so that the host does not lose its route.
sys::Result<void> enable_forwarding();

// One sentence for each table of others that drops forwarded packets by default: an accept of ours does not overrule it.
sys::Result<std::vector<std::string>> foreign_firewalls(Netlink& netlink, const std::string& own_table);

}  // namespace keelson::net
