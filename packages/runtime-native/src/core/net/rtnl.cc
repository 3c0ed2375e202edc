#include "net/rtnl.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

namespace keelson::net::rtnl {
namespace {

using sys::Result;
using sys::Stage;

constexpr int kSettleRounds = 250;
constexpr useconds_t kSettlePause = 200;

std::string text_of(const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(address.family, address.bytes.data(), text, sizeof text);
  return text;
}

}  // namespace

void raise(Requests& requests, const std::string& name) {
  ifinfomsg link{};
  link.ifi_flags = IFF_UP;
  link.ifi_change = IFF_UP;
  requests.begin(RTM_NEWLINK, kAck, link, Requests::entry(Stage::net_link, "raise interface " + name));
  requests.text(IFLA_IFNAME, name);
}

void without_link_local(Requests& requests, const std::string& name) {
  requests.begin(RTM_NEWLINK, kAck, ifinfomsg{}, Requests::entry(Stage::net_link, "keep IPv6 off interface " + name));
  requests.text(IFLA_IFNAME, name);
  const size_t families = requests.open(IFLA_AF_SPEC);
  const size_t inet6 = requests.open(AF_INET6);
  requests.number8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
  requests.close(inet6);
  requests.close(families);
}

void remove(Requests& requests, const std::string& name) {
  requests.begin(RTM_DELLINK, kAck, ifinfomsg{}, Requests::entry(Stage::net_link, "remove interface " + name));
  requests.text(IFLA_IFNAME, name);
}

static void address_message(Requests& requests, uint16_t type, unsigned index, const Address& address, std::string what) {
  ifaddrmsg message{};
  message.ifa_family = static_cast<uint8_t>(address.family);
  message.ifa_prefixlen = static_cast<uint8_t>(address.prefix);
  message.ifa_index = index;
  if (address.family == AF_INET6) message.ifa_flags = IFA_F_NODAD;
  const uint16_t flags = type == RTM_NEWADDR ? kCreate : kAck;
  requests.begin(type, flags, message, Requests::entry(Stage::net_address, std::move(what)));
  requests.bytes(IFA_LOCAL, address.bytes.data(), address.size());
  requests.bytes(IFA_ADDRESS, address.bytes.data(), address.size());
}

void add_address(Requests& requests, unsigned index, const Address& address, const std::string& name) {
  address_message(requests, RTM_NEWADDR, index, address, "give " + text_of(address) + " to interface " + name);
  if (address.family != AF_INET || address.prefix > 30) return;
  Address broadcast = network_of(address);
  for (unsigned bit = address.prefix; bit < 32; ++bit) broadcast.bytes[bit / 8] |= static_cast<uint8_t>(0x80 >> (bit % 8));
  requests.bytes(IFA_BROADCAST, broadcast.bytes.data(), 4);
}

void remove_address(Requests& requests, unsigned index, const Address& address, const std::string& name) {
  address_message(requests, RTM_DELADDR, index, address, "take " + text_of(address) + " from interface " + name);
}

void add_default_route(Requests& requests, unsigned index, const Address& gateway, const std::string& name) {
  rtmsg route{};
  route.rtm_family = static_cast<uint8_t>(gateway.family);
  route.rtm_table = RT_TABLE_MAIN;
  route.rtm_protocol = RTPROT_STATIC;
  route.rtm_scope = RT_SCOPE_UNIVERSE;
  route.rtm_type = RTN_UNICAST;
  requests.begin(RTM_NEWROUTE, kCreate, route,
                 Requests::entry(Stage::net_route, "set the default route by " + text_of(gateway) + " on interface " + name));
  requests.bytes(RTA_GATEWAY, gateway.bytes.data(), gateway.size());
  requests.number32(RTA_OIF, index);
}

// Since Linux 6.8 the question itself makes a change of the carrier take effect (linkwatch_sync_dev in rtnl_getlink).
static void ask_link(Requests& requests, const std::string& name) {
  requests.begin(RTM_GETLINK, kAck, ifinfomsg{}, Requests::entry(Stage::net_link, "look at interface " + name));
  requests.text(IFLA_IFNAME, name);
  requests.number32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

// The route to an own address is the last that the kernel makes for it (addrconf_dad_work, also without detection).
static void ask_route(Requests& requests, const Address& address) {
  rtmsg route{};
  route.rtm_family = AF_INET6;
  route.rtm_dst_len = 128;
  requests.begin(RTM_GETROUTE, kAck, route, Requests::entry(Stage::net_route, "look up the route to " + text_of(address)));
  requests.bytes(RTA_DST, address.bytes.data(), address.size());
}

static bool says_ready(const nlmsghdr& header, const char* payload, size_t size) {
  bool ready = false;
  if (header.nlmsg_type == RTM_NEWLINK && size > sizeof(ifinfomsg)) {
    each_attribute(payload + sizeof(ifinfomsg), size - sizeof(ifinfomsg), [&](int type, const char* data, size_t) {
      // IF_OPER_UP of RFC 2863; linux/if.h and net/if.h exclude each other.
      if (type == IFLA_OPERSTATE && *data == 6) ready = true;
    });
  }
  if (header.nlmsg_type == RTM_NEWROUTE && size >= sizeof(rtmsg)) {
    rtmsg route{};
    ::memcpy(&route, payload, sizeof route);
    ready = route.rtm_type == RTN_LOCAL;
  }
  return ready;
}

Result<void> settle(Netlink& netlink, const Settling& what) {
  // The workers need some ten microseconds and are mostly done at the first question; they have nothing to wait on.
  for (int round = 0; round < kSettleRounds; ++round) {
    if (round > 0) ::usleep(kSettlePause);
    Requests requests;
    for (const std::string& name : what.names) ask_link(requests, name);
    for (const Address& address : what.addresses) {
      if (address.family == AF_INET6) ask_route(requests, address);
    }
    size_t ready = 0;
    KEELSON_TRY(netlink.send(requests, [&](const nlmsghdr& header, const char* payload, size_t size) {
      if (says_ready(header, payload, size)) ++ready;
    }));
    if (ready == requests.entries().size()) return {};
  }
  // A peer that is down, or a very busy machine: the network then comes a moment later.
  return {};
}

bool says_no_ipv6(int err) {
  // EOPNOTSUPP: booted with ipv6.disable=1. EAFNOSUPPORT: no per-device state. EACCES: disable_ipv6 of the interface
  // (inet6_addr_add in net/ipv6/addrconf.c); a route by such an interface has no address to go by.
  return err == EOPNOTSUPP || err == EAFNOSUPPORT || err == EACCES;
}

}  // namespace keelson::net::rtnl
