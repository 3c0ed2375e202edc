// What nft.h does to and asks of the host as a whole.
#include <dirent.h>
#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include <algorithm>

#include "net/nft.h"
#include "net/nft_batch.h"
#include "sys/fs.h"
#include "sys/scope_exit.h"

namespace keelson::net {
namespace {

using sys::os_error;
using sys::Result;
using sys::Stage;

const std::string kIpv6 = "/proc/sys/net/ipv6/conf";

std::string setting(const std::string& path) {
  auto text = sys::read_file(Stage::net_sysctl, path, 64);
  std::string value = text.ok() ? text.value() : "";
  while (!value.empty() && value.back() == '\n') value.pop_back();
  return value;
}

// Interfaces that take routes from routers now and would not once they forward.
Result<void> keep_listening() {
  DIR* directory = ::opendir(kIpv6.c_str());
  if (directory == nullptr) return os_error(Stage::net_sysctl, "cannot list " + kIpv6);
  sys::ScopeExit close([directory] { ::closedir(directory); });
  while (const dirent* entry = ::readdir(directory)) {
    const std::string name = entry->d_name;
    const std::string path = kIpv6 + "/" + name + "/accept_ra";
    if (name.starts_with(".") || name == "all" || setting(path) != "1") continue;
    KEELSON_TRY(sys::write_value(Stage::net_sysctl, path, "2"));
  }
  return {};
}

struct Chain {
  uint8_t family = 0;
  std::string table;
  uint32_t hook = UINT32_MAX;
  uint32_t policy = NF_ACCEPT;
};

uint32_t number(const char* data, size_t size) {
  uint32_t value = 0;
  if (size == sizeof value) ::memcpy(&value, data, sizeof value);
  return ntohl(value);
}

Chain chain_of(const char* payload, size_t size) {
  Chain chain;
  nfgenmsg header{};
  if (size < sizeof header) return chain;
  ::memcpy(&header, payload, sizeof header);
  chain.family = header.nfgen_family;
  each_attribute(payload + sizeof header, size - sizeof header, [&](int type, const char* data, size_t length) {
    if (type == NFTA_CHAIN_TABLE) chain.table.assign(data, ::strnlen(data, length));
    if (type == NFTA_CHAIN_POLICY) chain.policy = number(data, length);
    if (type != NFTA_CHAIN_HOOK) return;
    each_attribute(data, length, [&](int inner, const char* value, size_t value_size) {
      if (inner == NFTA_HOOK_HOOKNUM) chain.hook = number(value, value_size);
    });
  });
  return chain;
}

const char* family_name(uint8_t family) {
  if (family == NFPROTO_IPV4) return "ip";
  return family == NFPROTO_IPV6 ? "ip6" : "inet";
}

bool routes(uint8_t family) { return family == NFPROTO_IPV4 || family == NFPROTO_IPV6 || family == NFPROTO_INET; }

}  // namespace

Result<void> enable_forwarding() {
  KEELSON_TRY(sys::write_value(Stage::net_sysctl, "/proc/sys/net/ipv4/ip_forward", "1"));
  const std::string all = kIpv6 + "/all/forwarding";
  const std::string now = setting(all);
  // Empty: a kernel without IPv6.
  if (now.empty() || now == "1") return {};
  KEELSON_TRY(keep_listening());
  return sys::write_value(Stage::net_sysctl, all, "1");
}

Result<std::vector<std::string>> foreign_firewalls(Netlink& netlink, const std::string& own_table) {
  Requests request;
  const nfgenmsg header{AF_UNSPEC, NFNETLINK_V0, 0};
  request.begin(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN, NLM_F_DUMP, header, Requests::entry(Stage::net_nft, "list the host's packet rules"));
  std::vector<std::string> warnings;
  KEELSON_TRY(netlink.dump(request, [&](const nlmsghdr&, const char* payload, size_t size) {
    const Chain chain = chain_of(payload, size);
    if (chain.table == own_table || chain.hook != NF_INET_FORWARD || chain.policy != NF_DROP || !routes(chain.family)) return;
    const std::string table = std::string(family_name(chain.family)) + " " + chain.table;
    warnings.push_back("The table \"" + table + "\" of this host drops forwarded packets by default: containers reach nothing outside, and published "
                       "ports answer only on the host itself, until it accepts packets from and to the bridge.");
  }));
  return warnings;
}

}  // namespace keelson::net
