#include "entries_binding.h"

#include <utility>
#include <variant>

#include "entries.h"
#include "worker.h"

namespace keelson::addon {
namespace {

Entry entry_of(const Napi::Object& object) {
  Entry entry{object.Get("path").As<Napi::String>(), object.Get("mode").As<Napi::Number>().Uint32Value(), {}, {}};
  const Napi::Value owner = object.Get("owner");
  if (owner.IsNumber()) entry.owner = owner.As<Napi::Number>().Uint32Value();
  const Napi::Value text = object.Get("text");
  if (text.IsString()) entry.text = text.As<Napi::String>().Utf8Value();
  return entry;
}

Napi::Value write(const Napi::CallbackInfo& info) {
  const Napi::Array array = info[0].As<Napi::Array>();
  std::vector<Entry> entries;
  for (uint32_t at = 0; at < array.Length(); ++at) entries.push_back(entry_of(array.Get(at).As<Napi::Object>()));
  return Worker<std::monostate>::start(
      info.Env(),
      [entries = std::move(entries)]() -> sys::Result<std::monostate> {
        KEELSON_TRY(write_entries(entries));
        return std::monostate{};
      },
      [](Napi::Env env, std::monostate) -> sys::Result<Napi::Value> { return env.Undefined(); });
}

}  // namespace

void export_entries(Napi::Env env, Napi::Object exports) {
  exports.Set("writeEntries", Napi::Function::New(env, write, "writeEntries"));
}

}  // namespace keelson::addon
