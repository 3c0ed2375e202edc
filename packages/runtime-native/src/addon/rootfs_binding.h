// What limits the files of a container: project quotas, and images that hold them.
#pragma once

#include <napi.h>

namespace keelson::addon {

void export_rootfs(Napi::Env env, Napi::Object exports);

}  // namespace keelson::addon
