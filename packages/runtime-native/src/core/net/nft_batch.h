// nf_tables messages (linux/netfilter/nf_tables.h) in one transaction, and the expressions that our rules are made of.
#pragma once

// Before the kernel's headers, which give way to libc's only in this order (linux/libc-compat.h).
#include <netinet/in.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/netlink.h"
#include "net/requests.h"

namespace keelson::net {

struct Hook {
  const char* type;  // "filter" or "nat"
  uint32_t number;
  int32_t priority;
};

// Lengths in bytes. A part of a concatenated key is padded to a multiple of 4.
struct SetShape {
  const char* name;
  uint32_t key_type;
  uint32_t key_length;
  uint32_t data_type = 0;
  uint32_t data_length = 0;  // 0: a set, else a map
};

// Data types as nft(8) numbers them: only listing tools read them. A concatenation has 6 bits for each part.
constexpr uint32_t kTypeIpv4 = 7, kTypeIpv6 = 8, kTypeEther = 9, kTypeService = 13, kTypeIfname = 41;
constexpr uint32_t concat(uint32_t one, uint32_t two) { return one << 6 | two; }
constexpr uint32_t concat(uint32_t one, uint32_t two, uint32_t three) { return concat(concat(one, two), three); }

struct Element {
  uint8_t family;
  const char* set;
  std::string key;
  std::string data;
  std::string what;  // "publish 0.0.0.0:80"
};

class NftBatch {
 public:
  NftBatch(std::string table, std::string about);

  void table(uint16_t message, uint8_t family);
  void set(uint8_t family, const SetShape& shape);
  void chain(uint8_t family, const char* name, const Hook& hook);
  void element(uint16_t message, const Element& element);

  // Sends all; the transaction is made or not made as a whole. Failures carry the index of element() calls in order,
  // where nothing but elements was put in.
  sys::Result<std::vector<Netlink::Failure>> send(Netlink& netlink);

  // A rule begins; the calls below add its expressions; end_rule() ends it.
  NftBatch& rule(uint8_t family, const char* chain);
  NftBatch& iifname(const std::string& name) { return meta_name(NFT_META_IIFNAME, NFT_CMP_EQ, name, true); }
  NftBatch& iifname_not(const std::string& name) { return meta_name(NFT_META_IIFNAME, NFT_CMP_NEQ, name, true); }
  NftBatch& iifname_prefix_not(const std::string& name) { return meta_name(NFT_META_IIFNAME, NFT_CMP_NEQ, name, false); }
  NftBatch& oifname(const std::string& name) { return meta_name(NFT_META_OIFNAME, NFT_CMP_EQ, name, true); }
  NftBatch& oifname_not(const std::string& name) { return meta_name(NFT_META_OIFNAME, NFT_CMP_NEQ, name, true); }
  NftBatch& nfproto(uint8_t family);
  NftBatch& protocol(uint16_t ethertype);  // what a frame carries
  NftBatch& l4proto(uint8_t protocol);
  NftBatch& ct_state(uint32_t bits) { return ct(NFT_CT_STATE, bits); }
  NftBatch& ct_status(uint32_t bits) { return ct(NFT_CT_STATUS, bits); }
  NftBatch& daddr_is_local();
  NftBatch& saddr_is_local();
  // An answer to the packet's source would leave by that interface. In prerouting only.
  NftBatch& saddr_is_behind(const std::string& name);
  // Equal to, or with NFT_CMP_NEQ different from, `value` at that place of the packet.
  NftBatch& field(uint32_t base, uint32_t offset, std::string_view value, uint32_t compare = NFT_CMP_EQ);
  // The same under `mask`.
  NftBatch& masked(uint32_t base, uint32_t offset, std::string_view value, std::string_view mask, uint32_t compare = NFT_CMP_EQ);
  // Loads parts of a key one after another into registers, from the first on.
  NftBatch& load_iifname(uint32_t at);
  NftBatch& load(uint32_t base, uint32_t offset, uint32_t length, uint32_t at);
  // The rule goes on where the key of the registers is in `set`; the value of a map is laid into the registers.
  NftBatch& lookup(const char* set, bool map = false);
  NftBatch& dnat(uint8_t family);  // to address and port from lookup()
  NftBatch& masquerade();
  NftBatch& verdict(uint32_t code);
  void end_rule();

 private:
  template <class Fill>
  NftBatch& expression(const char* name, Fill fill);
  NftBatch& meta_name(uint32_t key, uint32_t compare, const std::string& name, bool whole);
  NftBatch& meta_load(uint32_t key, uint32_t at);
  NftBatch& ct(uint32_t key, uint32_t bits);
  NftBatch& is_local(uint32_t which);
  NftBatch& fib(uint32_t which, uint32_t result);
  NftBatch& compare(uint32_t operation, std::string_view value);
  NftBatch& mask(std::string_view bits);
  void begin(uint16_t message, uint8_t family, uint16_t flags, std::string what);

  std::string table_;
  std::string about_;
  Requests requests_;
  uint32_t set_id_ = 0;
  size_t expressions_ = 0;
};

}  // namespace keelson::net
