// The tables themselves.
#include <chrono>

#include "../../unit/check.h"
#include "net/nft_batch.h"
#include "scene.h"

namespace {

using namespace keelson;

// Number of tables of this namespace.
size_t tables() {
  net::Requests request;
  struct {
    uint8_t family = 0, version = 0;
    uint16_t id = 0;
  } header;
  request.begin(10 << 8 | NFT_MSG_GETTABLE, NLM_F_DUMP, header, net::Requests::entry(sys::Stage::internal, "list tables"));
  size_t count = 0;
  CHECK(test::nft().dump(request, [&](const nlmsghdr&, const char*, size_t) { ++count; }).ok());
  return count;
}

}  // namespace

TEST("removes its tables whole, and again") {
  CHECK(tables() == 0);
  CHECK(test::good(net::apply_base(test::nft(), test::config(), {test::endpoint(5, {{"0.0.0.0", 80, 80}})})));
  CHECK(tables() == 2);
  CHECK(test::good(net::remove_table(test::nft(), test::kTable)));
  CHECK(tables() == 0);
  CHECK(test::good(net::remove_table(test::nft(), test::kTable)));
  CHECK(tables() == 0);
  CHECK(test::good(net::remove_endpoint(test::nft(), test::kTable, test::endpoint(5))));
}

TEST("says so where the tables are missing") {
  auto added = net::add_endpoint(test::nft(), test::kTable, test::endpoint(5));
  CHECK(!added.ok());
  if (!added.ok()) CHECK(added.error().detail == "cannot let kvtest5 send: No such file or directory");
}

TEST("adds an endpoint twice without a change, and refuses a port that another has") {
  CHECK(test::good(net::apply_base(test::nft(), test::config(), {})));
  const auto one = test::endpoint(5, {{"0.0.0.0", 8080, 80}});
  CHECK(test::good(net::add_endpoint(test::nft(), test::kTable, one)));
  CHECK(test::good(net::add_endpoint(test::nft(), test::kTable, one)));
  auto other = net::add_endpoint(test::nft(), test::kTable, test::endpoint(6, {{"::", 8080, 80}, {"0.0.0.0", 8080, 80}}));
  CHECK(!other.ok());
  if (!other.ok()) CHECK(other.error().detail.starts_with("cannot publish port 8080 of 0.0.0.0: "));
  // All or nothing: the IPv6 port of the refused endpoint is free.
  CHECK(test::good(net::add_endpoint(test::nft(), test::kTable, test::endpoint(7, {{"::", 8080, 80}}))));
}

TEST("replaces base and endpoints of a thousand containers in one transaction") {
  std::vector<net::NftEndpoint> endpoints;
  for (int at = 2; at < 1002; ++at) {
    char mac[18], ipv4[16];
    std::snprintf(mac, sizeof mac, "02:00:00:00:%02x:%02x", at / 256, at % 256);
    std::snprintf(ipv4, sizeof ipv4, "10.210.%d.%d", at / 256, at % 256);
    endpoints.push_back({"kvtest" + std::to_string(at), mac, ipv4, "fd12::" + std::to_string(at), {{"0.0.0.0", static_cast<uint16_t>(20000 + at), 80}}});
  }
  CHECK(test::good(net::apply_base(test::nft(), test::config(), endpoints)));
  CHECK(test::good(net::apply_base(test::nft(), test::config(), endpoints)));
  CHECK(tables() == 2);
  auto taken = net::add_endpoint(test::nft(), test::kTable, test::endpoint(5, {{"0.0.0.0", 20500, 80}}));
  CHECK(!taken.ok());
}

TEST("names what it does not understand") {
  auto bad = test::endpoint(5);
  bad.mac = "02:00";
  auto added = net::add_endpoint(test::nft(), test::kTable, bad);
  CHECK(!added.ok() && added.error().detail == "not a hardware address: \"02:00\"");
  auto config = test::config();
  config.subnet4 = "10.210.0.0/33";
  auto applied = net::apply_base(test::nft(), config, {});
  CHECK(!applied.ok() && applied.error().detail == "not an IP address with prefix length: \"10.210.0.0/33\"");
}

TEST("works on a host without IPv6 in its network") {
  auto config = test::config();
  config.subnet6 = "";
  auto endpoint = test::endpoint(5, {{"0.0.0.0", 8080, 80}, {"::", 8080, 80}});
  endpoint.ipv6 = "";
  CHECK(test::good(net::apply_base(test::nft(), config, {endpoint})));
}

TEST("warns of tables of others that drop what is forwarded, by name") {
  CHECK(test::good(net::apply_base(test::nft(), test::config(), {})));
  CHECK(net::foreign_firewalls(test::nft(), test::kTable).value().empty());
  CHECK(std::system("nft 'add table ip filter; add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }'") == 0);
  auto warnings = net::foreign_firewalls(test::nft(), test::kTable);
  CHECK(warnings.ok() && warnings.value().size() == 1);
  if (warnings.ok() && !warnings.value().empty()) CHECK(warnings.value()[0].starts_with("The table \"ip filter\" of this host drops forwarded packets by default:"));
}

TEST("keeps listening to routers where the host did before it forwards") {
  CHECK(test::good(net::ensure_bridge("klout", {}, 1500)));
  const std::string listens = "/proc/sys/net/ipv6/conf/klout/accept_ra";
  CHECK(sys::write_value(sys::Stage::internal, listens, "1").ok());
  CHECK(test::make_bridge());
  CHECK(test::good(net::enable_forwarding()));
  CHECK(test::proc_text("/proc/sys/net/ipv4/ip_forward") == "1");
  CHECK(test::proc_text("/proc/sys/net/ipv6/conf/all/forwarding") == "1");
  CHECK(test::proc_text(listens) == "2");
  CHECK(test::proc_text("/proc/sys/net/ipv6/conf/kltest/accept_ra") == "0");
  CHECK(test::good(net::enable_forwarding()));
}

// Not a case: printed for the person who measures (`keelson-net-test --bench`).
void bench_nft() {
  using clock = std::chrono::steady_clock;
  for (const int others : {0, 1000}) {
    std::vector<net::NftEndpoint> endpoints;
    for (int at = 0; at < others; ++at) endpoints.push_back({"kvo" + std::to_string(at), "02:00:00:00:00:01", "10.210.1.1", "fd12::1", {{"0.0.0.0", static_cast<uint16_t>(20000 + at), 80}}});
    if (!test::good(net::apply_base(test::nft(), test::config(), endpoints))) return;
    double added = 0;
    double removed = 0;
    for (int round = 0; round < 100; ++round) {
      const auto one = test::endpoint(5, {{"0.0.0.0", 8080, 80}, {"::", 8080, 80}});
      const auto start = clock::now();
      if (!test::good(net::add_endpoint(test::nft(), test::kTable, one))) return;
      const auto between = clock::now();
      if (!test::good(net::remove_endpoint(test::nft(), test::kTable, one))) return;
      added += std::chrono::duration<double, std::micro>(between - start).count() / 100;
      removed += std::chrono::duration<double, std::micro>(clock::now() - between).count() / 100;
    }
    std::printf("beside %d other endpoints: add %.0f us, remove %.0f us\n", others, added, removed);
  }
}
