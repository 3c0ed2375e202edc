#include "js_error.h"

namespace keelson::addon {

Napi::Error to_js(Napi::Env env, const sys::Error& error) {
  Napi::Error value = Napi::Error::New(env, error.detail);
  value.Set("stage", Napi::String::New(env, std::string(sys::stage_name(error.stage))));
  value.Set("errno", Napi::Number::New(env, error.err));
  return value;
}

}  // namespace keelson::addon
