#include "spawn_binding.h"

#include <memory>

#include "children.h"
#include "spawn.h"
#include "worker.h"

namespace keelson::addon {
namespace {

// Callers get the end of a child in a callback, since it may come at any time or, when the server ends first, never.
Children::OnEnd call_back(Napi::Function listener) {
  auto reference = std::make_shared<Napi::FunctionReference>(Napi::Persistent(listener));
  return [reference](ChildEnd end) {
    Napi::Env env = reference->Env();
    Napi::HandleScope scope(env);
    reference->MakeCallback(env.Global(), {Napi::Number::New(env, end.code), Napi::Number::New(env, end.signal)});
  };
}

Napi::Value encode(Napi::Env env, Spawned& spawned) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("pid", Napi::Number::New(env, spawned.pid));
  // JavaScript closes it from here on.
  result.Set("report", Napi::Number::New(env, spawned.report.release()));
  return result;
}

Napi::Value spawn(const Napi::CallbackInfo& info) {
  auto* children = static_cast<Children*>(info.Data());
  const std::string executable = info[0].As<Napi::String>();
  const std::string bundle = info[1].As<Napi::String>();
  // std::function wants to be copied, and descriptors cannot be.
  using Shared = std::shared_ptr<Spawned>;
  auto on_end = std::make_shared<Children::OnEnd>(call_back(info[2].As<Napi::Function>()));
  return Worker<Shared>::start(
      info.Env(),
      [executable, bundle]() -> sys::Result<Shared> {
        return std::make_shared<Spawned>(KEELSON_TRY(spawn_supervisor(executable, bundle)));
      },
      [children, on_end](Napi::Env env, Shared spawned) -> sys::Result<Napi::Value> {
        KEELSON_TRY(children->watch(spawned->pid, std::move(spawned->pidfd), std::move(*on_end)));
        return encode(env, *spawned);
      });
}

void kill(const Napi::CallbackInfo& info) {
  static_cast<Children*>(info.Data())->kill(info[0].As<Napi::Number>().Int32Value());
}

}  // namespace

void export_spawn(Napi::Env env, Napi::Object exports) {
  Children* children = Children::make(env);
  if (children == nullptr) {
    Napi::Error::New(env, "cannot reach the event loop").ThrowAsJavaScriptException();
    return;
  }
  exports.Set("spawnSupervisor", Napi::Function::New(env, spawn, "spawnSupervisor", children));
  exports.Set("killSupervisor", Napi::Function::New(env, kill, "killSupervisor", children));
}

}  // namespace keelson::addon
