#pragma once

#include <napi.h>

namespace keelson::addon {

// spawnSupervisor(executable, bundle, onEnd(code, signal)) → promise of {pid, report}; killSupervisor(pid).
void export_spawn(Napi::Env env, Napi::Object exports);

}  // namespace keelson::addon
