#pragma once

#include <napi.h>

namespace keelson::addon {

// ensureBridge, deleteLink, listLinks, enableForwarding, nftApplyBase, nftAddEndpoint, nftRemoveEndpoint, nftRemoveTable,
// foreignFirewalls: promises; lib/net has their types.
void export_net(Napi::Env env, Napi::Object exports);

}  // namespace keelson::addon
