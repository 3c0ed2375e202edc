#include "net/links.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>

#include "net/address.h"
#include "net/netlink.h"
#include "net/rtnl.h"
#include "sys/fs.h"

namespace keelson::net {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

// 02: locally administered (IEEE 802), then 40 bits of FNV-1a over the name.
Mac mac_of_name(const std::string& name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  Mac mac{2};
  for (size_t at = 1; at < mac.size(); ++at) mac[at] = static_cast<uint8_t>(hash >> (8 * at));
  return mac;
}

Result<void> create_bridge(Netlink& netlink, const std::string& name) {
  Requests requests;
  requests.begin(RTM_NEWLINK, rtnl::kCreate, ifinfomsg{}, Requests::entry(Stage::net_link, "create bridge " + name));
  requests.text(IFLA_IFNAME, name);
  const size_t info = requests.open(IFLA_LINKINFO);
  requests.text(IFLA_INFO_KIND, "bridge");
  requests.close(info);
  auto made = netlink.run(requests);
  if (!made.ok() && made.error().err != EEXIST) return made;
  // Neighbours are looked up by multicast; without a querier snooping has nothing to go by.
  const Mac mac = mac_of_name(name);
  Requests settings;
  settings.begin(RTM_NEWLINK, rtnl::kAck, ifinfomsg{}, Requests::entry(Stage::net_link, "set up bridge " + name));
  settings.text(IFLA_IFNAME, name);
  settings.bytes(IFLA_ADDRESS, mac.data(), mac.size());
  const size_t again = settings.open(IFLA_LINKINFO);
  settings.text(IFLA_INFO_KIND, "bridge");
  const size_t data = settings.open(IFLA_INFO_DATA);
  settings.number32(IFLA_BR_STP_STATE, 0);
  settings.number8(IFLA_BR_MCAST_SNOOPING, 0);
  settings.close(data);
  settings.close(again);
  auto set = netlink.run(settings);
  // rtnetlink compares the kind of the existing interface with ours and has one number for "is of another kind".
  if (!set.ok() && set.error().err == EOPNOTSUPP) {
    return Error{Stage::net_link, EEXIST, "cannot use interface " + name + " as bridge: it exists and is of another kind"};
  }
  return set;
}

struct Owned {
  Address address;
  bool link_local;
};

Result<std::vector<Owned>> addresses_of(Netlink& netlink, unsigned index, const std::string& name) {
  std::vector<Owned> owned;
  Requests request;
  request.begin(RTM_GETADDR, NLM_F_DUMP, ifaddrmsg{}, Requests::entry(Stage::net_address, "list addresses of interface " + name));
  KEELSON_TRY(netlink.dump(request, [&](const nlmsghdr&, const char* payload, size_t size) {
    ifaddrmsg message{};
    if (size < sizeof message) return;
    ::memcpy(&message, payload, sizeof message);
    if (message.ifa_index != index || (message.ifa_family != AF_INET && message.ifa_family != AF_INET6)) return;
    Owned one{{}, message.ifa_scope == RT_SCOPE_LINK};
    one.address.family = message.ifa_family;
    one.address.prefix = message.ifa_prefixlen;
    each_attribute(payload + sizeof message, size - sizeof message, [&](int type, const char* data, size_t length) {
      // IPv6 has no IFA_LOCAL unless there is a peer; for our addresses both are the same.
      if (type == IFA_ADDRESS && length == one.address.size()) ::memcpy(one.address.bytes.data(), data, length);
    });
    owned.push_back(one);
  }));
  return owned;
}

bool same(const Address& one, const Address& other) {
  return one.family == other.family && one.prefix == other.prefix && one.bytes == other.bytes;
}

Result<void> set_addresses(Netlink& netlink, const std::string& name, const std::vector<Address>& wanted) {
  const unsigned index = netlink.interface_index(name);
  const auto owned = KEELSON_TRY(addresses_of(netlink, index, name));
  Requests requests;
  for (const Owned& one : owned) {
    const bool keep = one.link_local || std::any_of(wanted.begin(), wanted.end(), [&](const Address& address) { return same(address, one.address); });
    if (!keep) rtnl::remove_address(requests, index, one.address, name);
  }
  std::vector<size_t> ipv6;
  for (const Address& address : wanted) {
    if (std::any_of(owned.begin(), owned.end(), [&](const Owned& one) { return same(address, one.address); })) continue;
    if (address.family == AF_INET6) ipv6.push_back(requests.entries().size());
    rtnl::add_address(requests, index, address, name);
  }
  auto failures = KEELSON_TRY(netlink.send(requests));
  for (auto& failure : failures) {
    const bool of_ipv6 = std::find(ipv6.begin(), ipv6.end(), failure.index) != ipv6.end();
    if (!of_ipv6 || !rtnl::says_no_ipv6(failure.error.err)) return std::move(failure.error);
  }
  if (!failures.empty()) return {};
  return rtnl::settle(netlink, {{}, wanted});
}

Result<void> set_sysctl(const std::string& path, const char* value) {
  auto written = sys::write_value(Stage::net_sysctl, path, value);
  // A kernel without IPv6 has no such file.
  if (!written.ok() && written.error().err == ENOENT) return {};
  return written;
}

Result<void> set_sysctls(const std::string& name) {
  KEELSON_TRY(set_sysctl("/proc/sys/net/ipv4/conf/" + name + "/forwarding", "1"));
  KEELSON_TRY(set_sysctl("/proc/sys/net/ipv6/conf/" + name + "/forwarding", "1"));
  KEELSON_TRY(set_sysctl("/proc/sys/net/ipv6/conf/" + name + "/accept_ra", "0"));
  // Duplicate detection would hold the bridge's link-local address back for a second, and without one the host asks for
  // no neighbour of a forwarded packet (ndisc_send_ns): IPv6 ports would be dead that long after the first start.
  return set_sysctl("/proc/sys/net/ipv6/conf/" + name + "/accept_dad", "0");
}

}  // namespace

Result<void> ensure_bridge(const std::string& name, const std::vector<std::string>& addresses, uint32_t mtu) {
  KEELSON_TRY(check_interface_name(Stage::net_link, name));
  std::vector<Address> wanted;
  for (const auto& text : addresses) wanted.push_back(KEELSON_TRY(parse_cidr(Stage::net_address, text)));

  Netlink netlink = KEELSON_TRY(Netlink::open(NETLINK_ROUTE));
  KEELSON_TRY(create_bridge(netlink, name));
  KEELSON_TRY(set_sysctls(name));
  KEELSON_TRY(set_addresses(netlink, name, wanted));
  Requests requests;
  requests.begin(RTM_NEWLINK, rtnl::kAck, ifinfomsg{}, Requests::entry(Stage::net_link, "set the MTU of bridge " + name));
  requests.text(IFLA_IFNAME, name);
  requests.number32(IFLA_MTU, mtu);
  rtnl::raise(requests, name);
  return netlink.run(requests);
}

Result<void> delete_link(const std::string& name) {
  KEELSON_TRY(check_interface_name(Stage::net_link, name));
  Netlink netlink = KEELSON_TRY(Netlink::open(NETLINK_ROUTE));
  Requests requests;
  rtnl::remove(requests, name);
  auto removed = netlink.run(requests);
  if (!removed.ok() && removed.error().err == ENODEV) return {};
  return removed;
}

Result<std::vector<std::string>> list_links(const std::string& prefix) {
  Netlink netlink = KEELSON_TRY(Netlink::open(NETLINK_ROUTE));
  Requests request;
  request.begin(RTM_GETLINK, NLM_F_DUMP, ifinfomsg{}, Requests::entry(Stage::net_link, "list interfaces"));
  request.number32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  std::vector<std::string> names;
  KEELSON_TRY(netlink.dump(request, [&](const nlmsghdr& header, const char* payload, size_t size) {
    if (header.nlmsg_type != RTM_NEWLINK || size < sizeof(ifinfomsg)) return;
    each_attribute(payload + sizeof(ifinfomsg), size - sizeof(ifinfomsg), [&](int type, const char* data, size_t length) {
      const std::string name(data, type == IFLA_IFNAME ? ::strnlen(data, length) : 0);
      if (!name.empty() && name.starts_with(prefix)) names.push_back(name);
    });
  }));
  return names;
}

}  // namespace keelson::net
