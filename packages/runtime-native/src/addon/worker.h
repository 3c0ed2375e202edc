// Blocking work off the JavaScript thread, its result as a promise. The work touches no JavaScript; only `convert` does.
#pragma once

#include <napi.h>

#include <functional>
#include <optional>
#include <utility>

#include "js_error.h"
#include "sys/result.h"

namespace keelson::addon {

template <class T>
class Worker final : public Napi::AsyncWorker {
 public:
  using Work = std::function<sys::Result<T>()>;
  using Convert = std::function<sys::Result<Napi::Value>(Napi::Env, T)>;

  static Napi::Promise start(Napi::Env env, Work work, Convert convert) {
    auto* worker = new Worker(env, std::move(work), std::move(convert));
    worker->Queue();  // deletes itself when it is done
    return worker->deferred_.Promise();
  }

 protected:
  void Execute() override { result_.emplace(work_()); }

  void OnOK() override {
    Napi::HandleScope scope(Env());
    const sys::Result<Napi::Value> value = finish();
    if (value.ok())
      deferred_.Resolve(value.value());
    else
      deferred_.Reject(to_js(Env(), value.error()).Value());
  }

 private:
  Worker(Napi::Env env, Work work, Convert convert)
      : Napi::AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        work_(std::move(work)),
        convert_(std::move(convert)) {}

  sys::Result<Napi::Value> finish() { return convert_(Env(), KEELSON_TRY(std::move(*result_))); }

  Napi::Promise::Deferred deferred_;
  Work work_;
  Convert convert_;
  std::optional<sys::Result<T>> result_;
};

}  // namespace keelson::addon
