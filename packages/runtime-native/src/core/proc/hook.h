// Hooks of a spec: programs of the host's administrator, run at moments of a container's life (OCI runtime spec, config.md "POSIX-platform Hooks").
#pragma once

#include <string>
#include <vector>

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::proc {

// The longest that a hook takes, in seconds, where it does not say so itself.
inline constexpr unsigned kHookSeconds = 60;

// All of them together.
unsigned hook_seconds(const std::vector<spec::Hook>& hooks);

// One after the other, with `state` on standard input and no other file. Fails (stage proc.hook) at the first that cannot be run, does not end with
// 0 (what it wrote to standard error is told) or runs out of time; that one is killed. `kind` is the spec's name for them.
sys::Result<void> run_hooks(const char* kind, const std::vector<spec::Hook>& hooks, const std::string& state);

}  // namespace keelson::proc
