#include "net/nft_batch.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace keelson::net {
namespace {

using sys::Result;
using sys::Stage;

// Keys and values live in the 4-byte registers from the first on; nothing of a rule needs to outlive the next load.
constexpr uint32_t reg(uint32_t at) { return NFT_REG32_00 + at / 4; }
constexpr uint16_t message_type(uint16_t message) { return static_cast<uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | message); }

void value(Requests& requests, uint16_t attribute, std::string_view bytes) {
  const size_t nest = requests.open(attribute);
  requests.bytes(NFTA_DATA_VALUE, bytes.data(), bytes.size());
  requests.close(nest);
}

std::string_view view(const uint32_t& number) { return {reinterpret_cast<const char*>(&number), sizeof number}; }

void bracket(Requests& requests, uint16_t type, uint16_t flags, const std::string& about) {
  const nfgenmsg header{AF_UNSPEC, NFNETLINK_V0, htons(NFNL_SUBSYS_NFTABLES)};
  requests.begin(type, flags, header, Requests::entry(Stage::net_nft, about));
}

}  // namespace

NftBatch::NftBatch(std::string table, std::string about) : table_(std::move(table)), about_(std::move(about)) {
  bracket(requests_, NFNL_MSG_BATCH_BEGIN, 0, about_);
}

void NftBatch::begin(uint16_t message, uint8_t family, uint16_t flags, std::string what) {
  const nfgenmsg header{family, NFNETLINK_V0, 0};
  requests_.begin(message_type(message), flags, header, Requests::entry(Stage::net_nft, std::move(what)));
}

Result<std::vector<Netlink::Failure>> NftBatch::send(Netlink& netlink) {
  // Failures are told for every message anyway. The brackets themselves are acknowledged by new kernels only.
  requests_.acknowledge_last();
  bracket(requests_, NFNL_MSG_BATCH_END, 0, about_);
  auto failures = KEELSON_TRY(netlink.send(requests_));
  for (auto& failure : failures) {
    // Index 0 is the beginning: the kernel blames it where the transaction as a whole fails.
    if (failure.index == 0) return std::move(failure.error);
    --failure.index;
  }
  return failures;
}

void NftBatch::table(uint16_t message, uint8_t family) {
  begin(message, family, message == NFT_MSG_NEWTABLE ? NLM_F_CREATE : 0, about_);
  requests_.text(NFTA_TABLE_NAME, table_);
}

void NftBatch::set(uint8_t family, const SetShape& shape) {
  begin(NFT_MSG_NEWSET, family, NLM_F_CREATE, about_);
  requests_.text(NFTA_SET_TABLE, table_);
  requests_.text(NFTA_SET_NAME, shape.name);
  requests_.network32(NFTA_SET_FLAGS, shape.data_length == 0 ? 0 : NFT_SET_MAP);
  requests_.network32(NFTA_SET_KEY_TYPE, shape.key_type);
  requests_.network32(NFTA_SET_KEY_LEN, shape.key_length);
  requests_.network32(NFTA_SET_ID, ++set_id_);
  if (shape.data_length == 0) return;
  requests_.network32(NFTA_SET_DATA_TYPE, shape.data_type);
  requests_.network32(NFTA_SET_DATA_LEN, shape.data_length);
}

void NftBatch::chain(uint8_t family, const char* name, const Hook& hook) {
  begin(NFT_MSG_NEWCHAIN, family, NLM_F_CREATE, about_);
  requests_.text(NFTA_CHAIN_TABLE, table_);
  requests_.text(NFTA_CHAIN_NAME, name);
  requests_.text(NFTA_CHAIN_TYPE, hook.type);
  requests_.network32(NFTA_CHAIN_POLICY, NF_ACCEPT);
  const size_t nest = requests_.open(NFTA_CHAIN_HOOK);
  requests_.network32(NFTA_HOOK_HOOKNUM, hook.number);
  requests_.network32(NFTA_HOOK_PRIORITY, static_cast<uint32_t>(hook.priority));
  requests_.close(nest);
}

void NftBatch::element(uint16_t message, const Element& element) {
  const bool add = message == NFT_MSG_NEWSETELEM;
  begin(message, element.family, add ? NLM_F_CREATE : 0, element.what);
  requests_.text(NFTA_SET_ELEM_LIST_TABLE, table_);
  requests_.text(NFTA_SET_ELEM_LIST_SET, element.set);
  const size_t list = requests_.open(NFTA_SET_ELEM_LIST_ELEMENTS);
  const size_t one = requests_.open(NFTA_LIST_ELEM);
  value(requests_, NFTA_SET_ELEM_KEY, element.key);
  if (add && !element.data.empty()) value(requests_, NFTA_SET_ELEM_DATA, element.data);
  requests_.close(one);
  requests_.close(list);
}

NftBatch& NftBatch::rule(uint8_t family, const char* chain) {
  begin(NFT_MSG_NEWRULE, family, NLM_F_CREATE | NLM_F_APPEND, about_);
  requests_.text(NFTA_RULE_TABLE, table_);
  requests_.text(NFTA_RULE_CHAIN, chain);
  expressions_ = requests_.open(NFTA_RULE_EXPRESSIONS);
  return *this;
}

void NftBatch::end_rule() { requests_.close(expressions_); }

template <class Fill>
NftBatch& NftBatch::expression(const char* name, Fill fill) {
  const size_t item = requests_.open(NFTA_LIST_ELEM);
  requests_.text(NFTA_EXPR_NAME, name);
  const size_t data = requests_.open(NFTA_EXPR_DATA);
  fill(requests_);
  requests_.close(data);
  requests_.close(item);
  return *this;
}

NftBatch& NftBatch::meta_load(uint32_t key, uint32_t at) {
  return expression("meta", [&](Requests& requests) {
    requests.network32(NFTA_META_KEY, key);
    requests.network32(NFTA_META_DREG, reg(at));
  });
}

NftBatch& NftBatch::compare(uint32_t operation, std::string_view wanted) {
  return expression("cmp", [&](Requests& requests) {
    requests.network32(NFTA_CMP_SREG, reg(0));
    requests.network32(NFTA_CMP_OP, operation);
    value(requests, NFTA_CMP_DATA, wanted);
  });
}

NftBatch& NftBatch::mask(std::string_view bits) {
  return expression("bitwise", [&](Requests& requests) {
    requests.network32(NFTA_BITWISE_SREG, reg(0));
    requests.network32(NFTA_BITWISE_DREG, reg(0));
    requests.network32(NFTA_BITWISE_LEN, static_cast<uint32_t>(bits.size()));
    value(requests, NFTA_BITWISE_MASK, bits);
    value(requests, NFTA_BITWISE_XOR, std::string(bits.size(), '\0'));
  });
}

NftBatch& NftBatch::meta_name(uint32_t key, uint32_t operation, const std::string& name, bool whole) {
  std::string wanted = name;
  if (whole) wanted.resize(IFNAMSIZ, '\0');
  return meta_load(key, 0).compare(operation, wanted);
}

NftBatch& NftBatch::nfproto(uint8_t family) {
  return meta_load(NFT_META_NFPROTO, 0).compare(NFT_CMP_EQ, {reinterpret_cast<const char*>(&family), 1});
}

NftBatch& NftBatch::protocol(uint16_t ethertype) {
  const uint16_t swapped = htons(ethertype);
  return meta_load(NFT_META_PROTOCOL, 0).compare(NFT_CMP_EQ, {reinterpret_cast<const char*>(&swapped), 2});
}

NftBatch& NftBatch::l4proto(uint8_t protocol) {
  return meta_load(NFT_META_L4PROTO, 0).compare(NFT_CMP_EQ, {reinterpret_cast<const char*>(&protocol), 1});
}

NftBatch& NftBatch::ct(uint32_t key, uint32_t bits) {
  const uint32_t zero = 0;
  expression("ct", [&](Requests& requests) {
    requests.network32(NFTA_CT_KEY, key);
    requests.network32(NFTA_CT_DREG, reg(0));
  });
  return mask(view(bits)).compare(NFT_CMP_NEQ, view(zero));
}

NftBatch& NftBatch::fib(uint32_t which, uint32_t result) {
  return expression("fib", [&](Requests& requests) {
    requests.network32(NFTA_FIB_DREG, reg(0));
    requests.network32(NFTA_FIB_RESULT, result);
    requests.network32(NFTA_FIB_FLAGS, which);
  });
}

NftBatch& NftBatch::is_local(uint32_t which) {
  const uint32_t local = RTN_LOCAL;
  return fib(which, NFT_FIB_RESULT_ADDRTYPE).compare(NFT_CMP_EQ, view(local));
}

NftBatch& NftBatch::daddr_is_local() { return is_local(NFTA_FIB_F_DADDR); }

NftBatch& NftBatch::saddr_is_local() { return is_local(NFTA_FIB_F_SADDR); }

NftBatch& NftBatch::saddr_is_behind(const std::string& name) {
  std::string wanted = name;
  wanted.resize(IFNAMSIZ, '\0');
  return fib(NFTA_FIB_F_SADDR, NFT_FIB_RESULT_OIFNAME).compare(NFT_CMP_EQ, wanted);
}

NftBatch& NftBatch::load_iifname(uint32_t at) { return meta_load(NFT_META_IIFNAME, at); }

NftBatch& NftBatch::load(uint32_t base, uint32_t offset, uint32_t length, uint32_t at) {
  return expression("payload", [&](Requests& requests) {
    requests.network32(NFTA_PAYLOAD_DREG, reg(at));
    requests.network32(NFTA_PAYLOAD_BASE, base);
    requests.network32(NFTA_PAYLOAD_OFFSET, offset);
    requests.network32(NFTA_PAYLOAD_LEN, length);
  });
}

NftBatch& NftBatch::field(uint32_t base, uint32_t offset, std::string_view wanted, uint32_t operation) {
  return load(base, offset, static_cast<uint32_t>(wanted.size()), 0).compare(operation, wanted);
}

NftBatch& NftBatch::masked(uint32_t base, uint32_t offset, std::string_view wanted, std::string_view bits, uint32_t operation) {
  return load(base, offset, static_cast<uint32_t>(wanted.size()), 0).mask(bits).compare(operation, wanted);
}

NftBatch& NftBatch::lookup(const char* set, bool map) {
  return expression("lookup", [&](Requests& requests) {
    requests.text(NFTA_LOOKUP_SET, set);
    requests.network32(NFTA_LOOKUP_SREG, reg(0));
    if (map) requests.network32(NFTA_LOOKUP_DREG, reg(0));
  });
}

NftBatch& NftBatch::dnat(uint8_t family) {
  return expression("nat", [&](Requests& requests) {
    requests.network32(NFTA_NAT_TYPE, NFT_NAT_DNAT);
    requests.network32(NFTA_NAT_FAMILY, family);
    requests.network32(NFTA_NAT_REG_ADDR_MIN, reg(0));
    requests.network32(NFTA_NAT_REG_PROTO_MIN, reg(family == NFPROTO_IPV4 ? 4 : 16));
  });
}

NftBatch& NftBatch::masquerade() {
  return expression("masq", [](Requests&) {});
}

NftBatch& NftBatch::verdict(uint32_t code) {
  return expression("immediate", [&](Requests& requests) {
    requests.network32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    const size_t data = requests.open(NFTA_IMMEDIATE_DATA);
    const size_t verdict = requests.open(NFTA_DATA_VERDICT);
    requests.network32(NFTA_VERDICT_CODE, code);
    requests.close(verdict);
    requests.close(data);
  });
}

}  // namespace keelson::net
