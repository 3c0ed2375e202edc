// The export table of keelson_runtime.node; lib/binding.ts has its types.
#include <napi.h>

#include "entries_binding.h"
#include "net_binding.h"
#include "rootfs_binding.h"
#include "spawn_binding.h"
#include "stats_binding.h"

namespace {

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  keelson::addon::export_entries(env, exports);
  keelson::addon::export_net(env, exports);
  keelson::addon::export_rootfs(env, exports);
  keelson::addon::export_spawn(env, exports);
  keelson::addon::export_stats(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(keelson_runtime, initialise)
