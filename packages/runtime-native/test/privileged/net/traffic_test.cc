// What packets do under the rules, with real connections. Cases that expect silence show first that it is the rules.
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>

#include <string_view>

#include "../../unit/check.h"
#include "net/netlink.h"
#include "net/rtnl.h"
#include "scene.h"

namespace {

using namespace keelson;
using test::Scene;

constexpr const char* kWelcome = "welcome";

void give_address(const char* interface, const std::string& cidr) {
  net::Netlink netlink = net::Netlink::open(NETLINK_ROUTE).value();
  net::Requests requests;
  const net::Address address = net::parse_cidr(sys::Stage::internal, cidr).value();
  net::rtnl::add_address(requests, netlink.interface_index(interface), address, interface);
  CHECK(test::good(netlink.run(requests)));
  CHECK(test::good(net::rtnl::settle(netlink, {{}, {address}})));
}

bool ping(const char* address) {
  sys::UniqueFd socket(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
  const timeval limit{1, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  ::inet_pton(AF_INET, address, &to.sin_addr);
  icmphdr echo{};
  echo.type = ICMP_ECHO;
  echo.checksum = htons(static_cast<uint16_t>(~(ICMP_ECHO << 8)));
  if (::sendto(socket.get(), &echo, sizeof echo, 0, reinterpret_cast<sockaddr*>(&to), sizeof to) < 0) return false;
  char answer[256];
  return ::recv(socket.get(), answer, sizeof answer, 0) >= 28;
}

sockaddr_storage place(const char* address, int port) {
  sockaddr_storage storage{};
  if (std::string_view(address).find(':') == std::string_view::npos) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(port));
    CHECK(::inet_pton(AF_INET, address, &v4->sin_addr) == 1);
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<uint16_t>(port));
    CHECK(::inet_pton(AF_INET6, address, &v6->sin6_addr) == 1);
  }
  return storage;
}

sys::UniqueFd datagram_socket(const char* address, int port) {
  const sockaddr_storage at = place(address, port);
  sys::UniqueFd socket(::socket(at.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  CHECK(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
  return socket;
}

void send_datagram(const char* from, const char* address, int port) {
  const sys::UniqueFd socket = datagram_socket(from, 0);
  const sockaddr_storage to = place(address, port);
  CHECK(::sendto(socket.get(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 1);
}

bool has_datagram(const sys::UniqueFd& socket) {
  const timeval limit{0, 500'000};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  char byte;
  return ::recv(socket.get(), &byte, 1, 0) == 1;
}

}  // namespace

TEST("leads a published port of every host address to the container, for IPv4 and IPv6") {
  Scene scene({{"0.0.0.0", 8080, 80}, {"::", 8080, 80}});
  CHECK(scene.ok);
  auto v4 = scene.listen(scene.web, "10.210.0.5", 80);
  auto v6 = scene.listen(scene.web, "fd12::5", 80);
  std::string seen;
  CHECK(scene.talk_from(scene.outside, v4, test::kHost4, 8080, &seen) == kWelcome);
  CHECK(seen == test::kOutside4);
  CHECK(scene.talk_from(scene.outside, v6, test::kHost6, 8080, &seen) == kWelcome);
  CHECK(seen == test::kOutside6);
  CHECK(test::talk(v4.get(), test::kHost4, 8080) == kWelcome);
  CHECK(test::talk(v6.get(), test::kHost6, 8080) == kWelcome);
}

TEST("leads a port published on one host address there only") {
  Scene scene({{test::kHost4, 8080, 80}, {test::kHost6, 8080, 80}});
  CHECK(scene.ok);
  give_address("klout", "192.0.2.2/24");
  auto v4 = scene.listen(scene.web, "10.210.0.5", 80);
  auto v6 = scene.listen(scene.web, "fd12::5", 80);
  CHECK(scene.talk_from(scene.outside, v4, test::kHost4, 8080) == kWelcome);
  CHECK(scene.talk_from(scene.outside, v6, test::kHost6, 8080) == kWelcome);
  CHECK(scene.talk_from(scene.outside, v4, "192.0.2.2", 8080) == "<Connection refused>");
}

TEST("lets containers call a published port by the host's address, where its supervisor listens, and no other") {
  Scene scene({{"0.0.0.0", 8080, 80}, {"::", 8080, 80}, {test::kHost4, 8081, 80}});
  CHECK(scene.ok);
  for (const auto* from : {&scene.shell, &scene.web}) {
    for (const auto& [address, port] : {std::pair(test::kHost4, 8080), std::pair(test::kHost6, 8080), std::pair(test::kHost4, 8081)}) {
      auto supervisor = test::listen_at(address, port);
      CHECK(scene.talk_from(*from, supervisor, address, port) == kWelcome);
    }
  }
  auto service = test::listen_at("10.210.0.1", 8081);
  CHECK(scene.talk_from(scene.web, service, "10.210.0.1", 8081) != kWelcome);
}

TEST("hides containers behind the host's address when they call the world") {
  Scene scene;
  CHECK(scene.ok);
  auto v4 = scene.listen(scene.outside, test::kOutside4, 9000);
  auto v6 = scene.listen(scene.outside, test::kOutside6, 9000);
  std::string seen;
  CHECK(scene.talk_from(scene.web, v4, test::kOutside4, 9000, &seen) == kWelcome);
  CHECK(seen == test::kHost4);
  CHECK(scene.talk_from(scene.web, v6, test::kOutside6, 9000, &seen) == kWelcome);
  CHECK(seen == test::kHost6);
}

TEST("keeps ports that are not published from the outside, which has a route to them") {
  for (const bool rules : {false, true}) {
    const auto own = test::current();
    test::enter(test::plain_namespace().get());
    Scene scene({}, rules);
    CHECK(scene.ok);
    auto v4 = scene.listen(scene.web, "10.210.0.5", 80);
    auto v6 = scene.listen(scene.web, "fd12::5", 80);
    CHECK((scene.talk_from(scene.outside, v4, "10.210.0.5", 80) == kWelcome) == !rules);
    CHECK((scene.talk_from(scene.outside, v6, "fd12::5", 80) == kWelcome) == !rules);
    test::enter(own.get());
  }
}

TEST("keeps containers from the host's services, but answers their pings") {
  for (const bool rules : {false, true}) {
    const auto own = test::current();
    test::enter(test::plain_namespace().get());
    Scene scene({}, rules);
    CHECK(scene.ok);
    for (const char* address : {"10.210.0.1", "fd12::1", test::kHost4, test::kHost6}) {
      auto listener = test::listen_at(address, 2375);
      CHECK((scene.talk_from(scene.web, listener, address, 2375) == kWelcome) == !rules);
    }
    CHECK(test::inside(scene.web.get(), [] { return ping("10.210.0.1"); }));
    test::enter(own.get());
  }
}

TEST("keeps containers from metadata services") {
  for (const bool rules : {false, true}) {
    const auto own = test::current();
    test::enter(test::plain_namespace().get());
    Scene scene({}, rules);
    CHECK(scene.ok);
    give_address("klout", "169.254.169.1/24");
    auto metadata = scene.listen(scene.outside, "169.254.169.254", 80);
    CHECK((scene.talk_from(scene.web, metadata, "169.254.169.254", 80) == kWelcome) == !rules);
    test::enter(own.get());
  }
}

TEST("drops what a container sends under an address that is not its own") {
  for (const bool rules : {false, true}) {
    const auto own = test::current();
    test::enter(test::plain_namespace().get());
    Scene scene({}, rules);
    CHECK(scene.ok);
    test::inside(scene.web.get(), [] { give_address("eth0", "10.210.0.77/22"), give_address("eth0", "fd12::77/64"); });
    for (const auto& [forged, to] : {std::pair("10.210.0.77", "10.210.0.6"), std::pair("fd12::77", "fd12::6")}) {
      auto listener = scene.listen(scene.shell, to, 80);
      const bool reached = test::inside(scene.web.get(), [&] { return static_cast<bool>(test::dial(to, 80, forged)); });
      CHECK(reached == !rules);
    }
    test::enter(own.get());
  }
}

TEST("drops what comes from outside under an address of the bridge's network") {
  for (const bool rules : {false, true}) {
    const auto own = test::current();
    test::enter(test::plain_namespace().get());
    Scene scene({}, rules);
    CHECK(scene.ok);
    // The bridge's own IPv4 address is refused by the kernel itself.
    test::inside(scene.outside.get(), [] { give_address("eth0", "10.210.0.99/32"), give_address("eth0", "fd12::99/128"), give_address("eth0", "fd12::1/128"); });
    for (const auto& [forged, to] : {std::pair("10.210.0.99", test::kHost4), std::pair("fd12::99", test::kHost6), std::pair("fd12::1", test::kHost6)}) {
      auto listener = datagram_socket(to, 9000);
      test::inside(scene.outside.get(), [&] { send_datagram(forged, to, 9000); });
      CHECK(has_datagram(listener) == !rules);
    }
    test::enter(own.get());
  }
}

TEST("does no harm to another network with the same addresses once its own bridge is gone") {
  Scene scene({{"0.0.0.0", 8080, 80}, {"::", 8080, 80}});
  CHECK(scene.ok);
  net::NftConfig gone = test::config();
  gone.table = "keelson_gone";
  gone.bridge = "klgone";
  gone.interface_prefix = "kvgone";
  CHECK(test::good(net::apply_base(test::nft(), gone, {})));
  for (const auto& [container, host] : {std::pair("10.210.0.5", test::kHost4), std::pair("fd12::5", test::kHost6)}) {
    auto listener = scene.listen(scene.web, container, 80);
    CHECK(scene.talk_from(scene.outside, listener, host, 8080) == kWelcome);
    CHECK(test::talk(listener.get(), container, 80) == kWelcome);
  }
  auto world = scene.listen(scene.outside, test::kOutside4, 9000);
  CHECK(scene.talk_from(scene.web, world, test::kOutside4, 9000) == kWelcome);
}

TEST("drops answers to neighbours' questions about an address that is not the answerer's") {
  for (const bool rules : {false, true}) {
    const auto own = test::current();
    test::enter(test::plain_namespace().get());
    Scene scene({}, rules);
    CHECK(scene.ok);
    // Nobody owns these; the container that claims them takes their traffic, if its word gets through.
    test::inside(scene.web.get(), [] { give_address("eth0", "10.210.0.99/22"), give_address("eth0", "fd12::99/64"); });
    for (const char* claimed : {"10.210.0.99", "fd12::99"}) {
      auto listener = scene.listen(scene.web, claimed, 80);
      CHECK((scene.talk_from(scene.shell, listener, claimed, 80) == kWelcome) == !rules);
    }
    test::enter(own.get());
  }
}

TEST("lets containers of the bridge talk, whether bridged frames pass the packet filter or not") {
  Scene scene;
  CHECK(scene.ok);
  for (const char* address : {"10.210.0.6", "fd12::6"}) {
    auto listener = scene.listen(scene.shell, address, 80);
    CHECK(scene.talk_from(scene.web, listener, address, 80) == kWelcome);
    CHECK(test::talk(listener.get(), address, 80) == kWelcome);
    for (const char* value : {"0", "1"}) {
      for (const char* name : {"iptables", "ip6tables"}) (void)sys::write_value(sys::Stage::internal, std::string("/proc/sys/net/bridge/bridge-nf-call-") + name, value);
      CHECK(scene.talk_from(scene.web, listener, address, 80) == kWelcome);
    }
  }
}

TEST("takes an endpoint's ports out of force when it goes, and says nothing when it is gone already") {
  const std::vector<net::NftPort> ports{{"0.0.0.0", 8080, 80}, {"::", 8080, 80}, {test::kHost4, 8081, 80}};
  Scene scene(ports);
  CHECK(scene.ok);
  auto v4 = scene.listen(scene.web, "10.210.0.5", 80);
  CHECK(scene.talk_from(scene.outside, v4, test::kHost4, 8081) == kWelcome);
  // One element less than asked for: the others have to go all the same.
  CHECK(test::good(net::remove_endpoint(test::nft(), test::kTable, test::endpoint(5, {ports[0]}))));
  CHECK(test::good(net::remove_endpoint(test::nft(), test::kTable, test::endpoint(5, ports))));
  CHECK(test::good(net::remove_endpoint(test::nft(), test::kTable, test::endpoint(5, ports))));
  CHECK(scene.talk_from(scene.outside, v4, test::kHost4, 8080) == "<Connection refused>");
  CHECK(scene.talk_from(scene.outside, v4, test::kHost4, 8081) == "<Connection refused>");
  CHECK(scene.talk_from(scene.shell, v4, "10.210.0.5", 80) != kWelcome);
  CHECK(test::good(net::add_endpoint(test::nft(), test::kTable, test::endpoint(5, ports))));
  CHECK(scene.talk_from(scene.outside, v4, test::kHost4, 8080) == kWelcome);
}
