#pragma once

#include <napi.h>

namespace keelson::addon {

// class StatsReader: add(cgroupPath, pid) → handle, remove(handle), sample() → promise of a Float64Array.
void export_stats(Napi::Env env, Napi::Object exports);

}  // namespace keelson::addon
