#pragma once

#include <napi.h>

namespace keelson::addon {

// writeEntries([{path, mode, owner?, text?}]) → promise.
void export_entries(Napi::Env env, Napi::Object exports);

}  // namespace keelson::addon
