// The base of nft.h: sets, maps, chains and rules, in the order in which packets meet them.
#pragma once

#include <string>
#include <vector>

#include "net/address.h"
#include "net/nft.h"
#include "net/nft_batch.h"

namespace keelson::net {

void add_base(NftBatch& batch, const NftConfig& config, const Address& subnet4, const Address* subnet6);

// The elements of one endpoint. Errors name the field that is not understood.
sys::Result<std::vector<Element>> elements_of(const NftEndpoint& endpoint);

}  // namespace keelson::net
