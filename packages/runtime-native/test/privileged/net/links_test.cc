#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "../../unit/check.h"
#include "namespaces.h"
#include "net/links.h"
#include "net/sandbox.h"

namespace {

using namespace keelson;
using test::kBridge;

std::string hardware_address(const char* name) {
  ifreq request{};
  ::strcpy(request.ifr_name, name);
  sys::UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return ::ioctl(socket.get(), SIOCGIFHWADDR, &request) == 0 ? std::string(request.ifr_hwaddr.sa_data, 6) : "";
}

bool has_address(const std::string& hex) { return test::proc_text("/proc/net/if_inet6").find(hex) != std::string::npos; }

}  // namespace

TEST("makes a bridge once, and again without a change") {
  CHECK(test::make_bridge());
  const unsigned index = ::if_nametoindex(kBridge);
  CHECK(index != 0);
  CHECK(test::make_bridge());
  CHECK(::if_nametoindex(kBridge) == index);
  CHECK(test::proc_text("/proc/net/fib_trie").find("10.210.0.1") != std::string::npos);
  CHECK(has_address("fd120000000000000000000000000001"));
  CHECK(test::proc_text(std::string("/proc/sys/net/ipv4/conf/") + kBridge + "/forwarding") == "1");
  CHECK(test::proc_text(std::string("/proc/sys/net/ipv6/conf/") + kBridge + "/accept_ra") == "0");
}

TEST("keeps the bridge's hardware address while ports come and go") {
  CHECK(test::make_bridge());
  const std::string address = hardware_address(kBridge);
  auto netns = test::container_namespace();
  const spec::Network network = test::network(5);
  CHECK(net::setup_sandbox(&network, netns.get()).ok());
  CHECK(address.size() == 6 && hardware_address(kBridge) == address);
}

TEST("takes addresses of another pool off the bridge") {
  CHECK(test::make_bridge());
  CHECK(net::ensure_bridge(kBridge, {"10.211.0.1/22"}, 1500).ok());
  CHECK(!has_address("fd120000000000000000000000000001"));
  CHECK(test::proc_text("/proc/net/fib_trie").find("10.210.0.1") == std::string::npos);
  CHECK(test::proc_text("/proc/net/fib_trie").find("10.211.0.1") != std::string::npos);
}

TEST("refuses an interface of another kind as bridge, by name") {
  auto made = net::ensure_bridge("lo", {}, 1500);
  CHECK(!made.ok());
  if (made.ok()) return;
  CHECK(made.error().err == EEXIST);
  CHECK(made.error().detail == "cannot use interface lo as bridge: it exists and is of another kind");
}

TEST("lists interfaces by prefix and deletes them, absent ones as well") {
  CHECK(test::make_bridge());
  auto listed = net::list_links("klt");
  CHECK(listed.ok() && listed.value() == std::vector<std::string>{kBridge});
  CHECK(net::delete_link(kBridge).ok());
  CHECK(net::delete_link(kBridge).ok());
  CHECK(net::list_links("klt").value().empty());
}

TEST("gives the kernel's own words in an error") {
  CHECK(test::make_bridge());
  auto made = net::ensure_bridge(kBridge, {}, 70000);
  CHECK(!made.ok());
  if (made.ok()) return;
  CHECK(made.error().detail == "cannot set the MTU of bridge kltest: Invalid argument (mtu greater than device maximum)");
}
