// Native errors as JavaScript values: Error objects with `stage` and `errno`, which lib/errors.ts turns into RuntimeError.
#pragma once

#include <napi.h>

#include "sys/result.h"

namespace keelson::addon {

Napi::Error to_js(Napi::Env env, const sys::Error& error);

}  // namespace keelson::addon
