// A host with rules in force, two containers on its bridge and a machine outside: the stage of the traffic cases.
#pragma once

#include "namespaces.h"
#include "net/links.h"
#include "net/nft.h"
#include "sys/fs.h"

namespace keelson::test {

constexpr const char* kTable = "keelson_test";
// The machine outside sits on a bridge of its own, which stands for the host's network card.
constexpr const char* kHost4 = "192.0.2.1";
constexpr const char* kHost6 = "2001:db8::1";
constexpr const char* kOutside4 = "192.0.2.9";
constexpr const char* kOutside6 = "2001:db8::9";

// Of the namespace that is current when it is asked for the first time in it.
net::Netlink& nft();

inline net::NftConfig config() { return {kTable, kBridge, "kvtest", "10.210.0.0/22", "fd12::/64"}; }

inline net::NftEndpoint endpoint(int number, std::vector<net::NftPort> ports = {}) {
  const spec::Network one = network(number);
  const std::string n = std::to_string(number);
  return {one.host_interface, one.mac, "10.210.0." + n, "fd12::" + n, std::move(ports)};
}

inline bool good(const sys::Result<void>& result) {
  if (!result.ok()) std::printf("    %s\n", result.error().detail.c_str());
  return result.ok();
}

struct Scene {
  sys::UniqueFd web = container_namespace();
  sys::UniqueFd shell = container_namespace();
  sys::UniqueFd outside = container_namespace();
  bool ok = false;

  // `rules` false: the same network without a packet filter, which shows that a case can fail.
  explicit Scene(std::vector<net::NftPort> ports = {}, bool rules = true) {
    ok = make_bridge() && good(net::ensure_bridge("klout", {"192.0.2.1/24", "2001:db8::1/64"}, 1400)) && good(net::enable_forwarding());
    if (rules) ok = ok && good(net::apply_base(nft(), config(), {endpoint(6)})) && good(net::add_endpoint(nft(), kTable, endpoint(5, std::move(ports))));
    const spec::Network five = network(5);
    const spec::Network six = network(6);
    const spec::Network out{"klout", "out0", "eth0", "02:00:00:00:01:09", 1400, {"192.0.2.9/24", "2001:db8::9/64", "169.254.169.254/32"}, {kHost4, kHost6}};
    ok = ok && good(net::setup_sandbox(&five, web.get())) && good(net::setup_sandbox(&six, shell.get())) && good(net::setup_sandbox(&out, outside.get()));
  }

  sys::UniqueFd listen(const sys::UniqueFd& where, const std::string& address, int port) {
    return inside(where.get(), [&] { return listen_at(address, port); });
  }
  std::string talk_from(const sys::UniqueFd& where, const sys::UniqueFd& listener, const std::string& address, int port, std::string* seen = nullptr) {
    return inside(where.get(), [&] { return talk(listener.get(), address, port, seen); });
  }
};

}  // namespace keelson::test
