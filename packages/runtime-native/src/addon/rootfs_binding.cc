#include "rootfs_binding.h"

#include <fcntl.h>

#include <functional>
#include <string>
#include <vector>

#include "mount/image.h"
#include "quota/project.h"
#include "sys/fs.h"
#include "worker.h"

namespace keelson::addon {
namespace {

using sys::Result;

std::string text(const Napi::Value& value) { return value.As<Napi::String>().Utf8Value(); }

uint32_t id(const Napi::Value& value) { return value.As<Napi::Number>().Uint32Value(); }

Result<sys::UniqueFd> open_directory(const std::string& path) {
  return sys::open_path(sys::Stage::quota, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

// A number that JavaScript has exactly: bytes stay below 2^53.
Napi::Value number(Napi::Env env, std::function<Result<double>()> work) {
  return Worker<double>::start(env, std::move(work),
                               [](Napi::Env inner, double value) -> Result<Napi::Value> { return Napi::Number::New(inner, value); });
}

Napi::Value enforced(const Napi::CallbackInfo& info) {
  return number(info.Env(), [path = text(info[0])]() -> Result<double> {
    const sys::UniqueFd directory = KEELSON_TRY(open_directory(path));
    return KEELSON_TRY(quota::enforced(directory.get())) ? 1.0 : 0.0;
  });
}

Napi::Value project_of(const Napi::CallbackInfo& info) {
  return number(info.Env(), [path = text(info[0])]() -> Result<double> {
    const sys::UniqueFd directory = KEELSON_TRY(open_directory(path));
    return KEELSON_TRY(quota::project_of(directory.get()));
  });
}

Napi::Value claim(const Napi::CallbackInfo& info) {
  const Napi::Array array = info[0].As<Napi::Array>();
  std::vector<std::string> trees;
  for (uint32_t at = 0; at < array.Length(); ++at) trees.push_back(text(array.Get(at)));
  return number(info.Env(), [trees = std::move(trees), first = id(info[1])]() -> Result<double> {
    return KEELSON_TRY(quota::claim(trees, first));
  });
}

Napi::Value set_limit(const Napi::CallbackInfo& info) {
  const auto bytes = static_cast<uint64_t>(info[2].As<Napi::Number>().Int64Value());
  return number(info.Env(), [path = text(info[0]), project = id(info[1]), bytes]() -> Result<double> {
    const sys::UniqueFd directory = KEELSON_TRY(open_directory(path));
    KEELSON_TRY(quota::set_limit(directory.get(), project, bytes));
    return 0.0;
  });
}

Napi::Value usage(const Napi::CallbackInfo& info) {
  return Worker<quota::Usage>::start(
      info.Env(),
      [path = text(info[0]), project = id(info[1])]() -> Result<quota::Usage> {
        const sys::UniqueFd directory = KEELSON_TRY(open_directory(path));
        return quota::usage(directory.get(), project);
      },
      [](Napi::Env env, quota::Usage usage) -> Result<Napi::Value> {
        Napi::Object object = Napi::Object::New(env);
        object.Set("bytes", Napi::Number::New(env, static_cast<double>(usage.bytes)));
        object.Set("inodes", Napi::Number::New(env, static_cast<double>(usage.inodes)));
        object.Set("limitBytes", Napi::Number::New(env, static_cast<double>(usage.limit_bytes)));
        return object;
      });
}

Napi::Value sweep(const Napi::CallbackInfo& info) {
  return number(info.Env(), [path = text(info[0])]() -> Result<double> {
    const sys::UniqueFd directory = KEELSON_TRY(open_directory(path));
    return KEELSON_TRY(quota::sweep(directory.get()));
  });
}

// JavaScript closes the descriptor, and the mount goes with it.
Napi::Value mount_image(const Napi::CallbackInfo& info) {
  return number(info.Env(), [path = text(info[0])]() -> Result<double> {
    sys::UniqueFd mount = KEELSON_TRY(mount::mount_image(path));
    return mount.release();
  });
}

Napi::Value lock_image(const Napi::CallbackInfo& info) {
  return number(info.Env(), [path = text(info[0])]() -> Result<double> {
    sys::UniqueFd image = KEELSON_TRY(mount::lock_image(path));
    return image.release();
  });
}

}  // namespace

void export_rootfs(Napi::Env env, Napi::Object exports) {
  const auto set = [&](const char* name, Napi::Value (*function)(const Napi::CallbackInfo&)) {
    exports.Set(name, Napi::Function::New(env, function, name));
  };
  set("quotaEnforced", enforced);
  set("quotaProjectOf", project_of);
  set("quotaClaim", claim);
  set("quotaSetLimit", set_limit);
  set("quotaUsage", usage);
  set("quotaSweep", sweep);
  set("lockImage", lock_image);
  set("mountImage", mount_image);
}

}  // namespace keelson::addon
