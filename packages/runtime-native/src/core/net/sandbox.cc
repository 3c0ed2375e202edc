#include "net/sandbox.h"

#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "net/address.h"
#include "net/netlink.h"
#include "net/rtnl.h"
#include "sys/fs.h"
#include "sys/scope_exit.h"

namespace keelson::net {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

struct Plan {
  const spec::Network& network;
  Mac mac{};
  std::vector<Address> addresses;
  std::vector<Address> gateways;

  bool has_ipv6() const {
    return std::any_of(addresses.begin(), addresses.end(), [](const Address& one) { return one.family == AF_INET6; });
  }
};

Result<Plan> plan_of(const spec::Network& network) {
  Plan plan{network, {}, {}, {}};
  for (const std::string& name : {network.bridge, network.host_interface, network.container_interface}) {
    KEELSON_TRY(check_interface_name(Stage::net_link, name));
  }
  plan.mac = KEELSON_TRY(parse_mac(Stage::net_link, network.mac));
  for (const auto& text : network.addresses) plan.addresses.push_back(KEELSON_TRY(parse_cidr(Stage::net_address, text)));
  for (const auto& text : network.gateways) plan.gateways.push_back(KEELSON_TRY(parse_address(Stage::net_route, text)));
  return plan;
}

// What interfaces of this namespace start with, the coming one as well. /proc/sys/net shows the namespace of the
// reader. A container without an IPv6 address gets no IPv6 at all (CVE-2024-32473), one with an address listens to no
// router (its neighbours could play one) and takes its link-local address, made of our hardware address, without a
// second of asking around. Where /proc/sys is not writable, the bridge's rules still drop the words of false routers.
void set_defaults(const Plan& plan) {
  const auto set = [](const char* name, const char* value) {
    (void)sys::write_value(Stage::net_sysctl, std::string("/proc/sys/net/ipv6/conf/default/") + name, value);
  };
  if (!plan.has_ipv6()) return set("disable_ipv6", "1");
  set("accept_ra", "0");
  set("accept_dad", "0");
}

// A netlink socket that lives in the container's namespace; we are back in our own when it returns.
Result<Netlink> open_inside(int netns, const std::optional<Plan>& plan) {
  auto own = KEELSON_TRY(sys::open_path(Stage::net_socket, "/proc/thread-self/ns/net", O_RDONLY));
  if (::setns(netns, CLONE_NEWNET) != 0) return os_error(Stage::ns_join, "cannot enter the container's network namespace");
  auto inside = Netlink::open(NETLINK_ROUTE);
  if (plan) set_defaults(*plan);
  if (::setns(own.get(), CLONE_NEWNET) != 0) return os_error(Stage::ns_join, "cannot return to the host's network namespace");
  return inside;
}

void create_pair(Requests& requests, const Plan& plan, unsigned bridge, int netns) {
  const spec::Network& network = plan.network;
  requests.begin(RTM_NEWLINK, rtnl::kCreate, ifinfomsg{},
                 Requests::entry(Stage::net_link, "create interface " + network.host_interface + " with " +
                                                      network.container_interface + " as peer"));
  requests.text(IFLA_IFNAME, network.host_interface);
  requests.number32(IFLA_MTU, network.mtu);
  requests.number32(IFLA_MASTER, bridge);
  const size_t info = requests.open(IFLA_LINKINFO);
  requests.text(IFLA_INFO_KIND, "veth");
  const size_t data = requests.open(IFLA_INFO_DATA);
  const size_t peer = requests.open(VETH_INFO_PEER, 0);
  const ifinfomsg link{};
  requests.append(&link, sizeof link);
  requests.text(IFLA_IFNAME, network.container_interface);
  requests.bytes(IFLA_ADDRESS, plan.mac.data(), plan.mac.size());
  requests.number32(IFLA_MTU, network.mtu);
  requests.number32(IFLA_NET_NS_FD, static_cast<uint32_t>(netns));
  requests.close(peer);
  requests.close(data);
  requests.close(info);
}

// A host without IPv6 answers so to every address and route of that family: the container then has IPv4 alone. True
// where IPv6 is not missing.
Result<bool> run_without_missing_ipv6(Netlink& netlink, Requests& requests, const std::vector<size_t>& ipv6) {
  auto failures = KEELSON_TRY(netlink.send(requests));
  bool missing = false;
  for (auto& failure : failures) {
    const bool of_ipv6 = std::find(ipv6.begin(), ipv6.end(), failure.index) != ipv6.end();
    missing = missing || (of_ipv6 && rtnl::says_no_ipv6(failure.error.err));
    if (!of_ipv6 || !missing) return std::move(failure.error);
  }
  return !missing;
}

Result<bool> raise_inside(Netlink& inside, const Plan& plan) {
  const std::string& name = plan.network.container_interface;
  const unsigned index = inside.interface_index(name);
  if (index == 0) return os_error(Stage::net_link, "cannot find interface " + name + " of the container");
  Requests requests;
  std::vector<size_t> ipv6;
  const auto note = [&](const Address& address) {
    if (address.family == AF_INET6) ipv6.push_back(requests.entries().size() - 1);
  };
  rtnl::raise(requests, "lo");
  rtnl::raise(requests, name);
  for (const Address& address : plan.addresses) rtnl::add_address(requests, index, address, name), note(address);
  for (const Address& gateway : plan.gateways) rtnl::add_default_route(requests, index, gateway, name), note(gateway);
  return run_without_missing_ipv6(inside, requests, ipv6);
}

// Last of all: from here on packets flow.
Result<void> raise_host_side(Netlink& host, const spec::Network& network) {
  Requests requests;
  rtnl::without_link_local(requests, network.host_interface);
  rtnl::raise(requests, network.host_interface);
  KEELSON_TRY(run_without_missing_ipv6(host, requests, {0}));
  // The bridge as well: the first port gives it its carrier.
  return rtnl::settle(host, {{network.host_interface, network.bridge}, {}});
}

void remove_link(Netlink& host, const std::string& name) {
  Requests requests;
  rtnl::remove(requests, name);
  (void)host.run(requests);
}

}  // namespace

Result<void> setup_sandbox(const spec::Network* network, int netns) {
  std::optional<Plan> plan;
  if (network != nullptr) plan.emplace(KEELSON_TRY(plan_of(*network)));
  Netlink inside = KEELSON_TRY(open_inside(netns, plan));
  if (!plan) {
    Requests requests;
    rtnl::raise(requests, "lo");
    return inside.run(requests);
  }

  Netlink host = KEELSON_TRY(Netlink::open(NETLINK_ROUTE));
  const unsigned bridge = host.interface_index(network->bridge);
  if (bridge == 0) return os_error(Stage::net_link, "cannot find bridge " + network->bridge);
  Requests create;
  create_pair(create, *plan, bridge, netns);
  KEELSON_TRY(host.run(create));
  // With one end goes the other.
  sys::ScopeExit undo([&] { remove_link(host, network->host_interface); });
  const bool has_ipv6 = KEELSON_TRY(raise_inside(inside, *plan));
  KEELSON_TRY(raise_host_side(host, *network));
  KEELSON_TRY(rtnl::settle(inside, {{network->container_interface}, has_ipv6 ? plan->addresses : std::vector<Address>()}));
  undo.dismiss();
  return {};
}

}  // namespace keelson::net
