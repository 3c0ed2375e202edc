// Errors in the words that podman, conmon and containerd look for.
#pragma once

#include <string>
#include <utility>

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::runtime {

// "exec: \"NAME\": executable file not found in $PATH" and its like for what failed between clone and execve; other errors keep their sentence.
sys::Error in_callers_words(const sys::Error& error, const spec::Process& process);

// The same for a Result.
template <class T>
sys::Result<T> in_callers_words(sys::Result<T> result, const spec::Process& process) {
  return result.ok() ? std::move(result) : sys::Result<T>(in_callers_words(result.error(), process));
}

}  // namespace keelson::runtime
