#include "net/nft.h"

#include <optional>

#include "net/nft_batch.h"
#include "net/nft_rules.h"

namespace keelson::net {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;

constexpr uint8_t kFamilies[] = {NFPROTO_INET, NFPROTO_BRIDGE};
// Elements that are absent are told all at once; another round is for those that went in the meantime.
constexpr int kRemoveRounds = 4;

Result<void> all_good(const std::vector<Netlink::Failure>& failures) {
  if (!failures.empty()) return failures.front().error;
  return {};
}

// NFT_MSG_DESTROYTABLE is Linux 6.3: making it first makes its removal certain on all kernels.
void remove_tables(NftBatch& batch) {
  for (const uint8_t family : kFamilies) {
    batch.table(NFT_MSG_NEWTABLE, family);
    batch.table(NFT_MSG_DELTABLE, family);
  }
}

Result<void> check_config(const NftConfig& config) {
  KEELSON_TRY(check_interface_name(Stage::net_nft, config.bridge));
  return check_interface_name(Stage::net_nft, config.interface_prefix);
}

}  // namespace

Result<void> apply_base(Netlink& netlink, const NftConfig& config, const std::vector<NftEndpoint>& endpoints) {
  KEELSON_TRY(check_config(config));
  const Address subnet4 = KEELSON_TRY(parse_cidr(Stage::net_nft, config.subnet4));
  std::optional<Address> subnet6;
  if (!config.subnet6.empty()) subnet6 = KEELSON_TRY(parse_cidr(Stage::net_nft, config.subnet6));

  NftBatch batch(config.table, "set up the packet rules " + config.table);
  remove_tables(batch);
  for (const uint8_t family : kFamilies) batch.table(NFT_MSG_NEWTABLE, family);
  add_base(batch, config, subnet4, subnet6 ? &*subnet6 : nullptr);
  for (const NftEndpoint& endpoint : endpoints) {
    for (const Element& element : KEELSON_TRY(elements_of(endpoint))) batch.element(NFT_MSG_NEWSETELEM, element);
  }
  return all_good(KEELSON_TRY(batch.send(netlink)));
}

Result<void> add_endpoint(Netlink& netlink, const std::string& table, const NftEndpoint& endpoint) {
  NftBatch batch(table, "add " + endpoint.interface + " to the packet rules " + table);
  for (const Element& element : KEELSON_TRY(elements_of(endpoint))) batch.element(NFT_MSG_NEWSETELEM, element);
  return all_good(KEELSON_TRY(batch.send(netlink)));
}

Result<void> remove_endpoint(Netlink& netlink, const std::string& table, const NftEndpoint& endpoint) {
  std::vector<Element> elements = KEELSON_TRY(elements_of(endpoint));
  std::vector<Netlink::Failure> failures;
  for (int round = 0; round < kRemoveRounds && !elements.empty(); ++round) {
    NftBatch batch(table, "take " + endpoint.interface + " out of the packet rules " + table);
    for (const Element& element : elements) batch.element(NFT_MSG_DELSETELEM, element);
    failures = KEELSON_TRY(batch.send(netlink));
    if (failures.empty()) return {};
    // A transaction with an absent element is not made at all: once more without it.
    for (size_t at = failures.size(); at-- > 0;) {
      if (failures[at].error.err != ENOENT || failures[at].index >= elements.size()) return failures[at].error;
      elements.erase(elements.begin() + static_cast<ptrdiff_t>(failures[at].index));
    }
  }
  if (elements.empty()) return {};
  return all_good(failures);
}

Result<void> remove_table(Netlink& netlink, const std::string& table) {
  NftBatch batch(table, "remove the packet rules " + table);
  remove_tables(batch);
  return all_good(KEELSON_TRY(batch.send(netlink)));
}

}  // namespace keelson::net
