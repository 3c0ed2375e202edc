// Resource limits of a process (getrlimit(2)).
#pragma once

#include <sys/types.h>

#include <vector>

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::sec {

// Sets the limits of process `pid` (0: the caller) from outside its user namespace: raising a hard limit takes CAP_SYS_RESOURCE of the host.
// Where the host does not let us, the hard limit it has is the bound: a container starts with less rather than not at all.
sys::Result<void> apply_rlimits(pid_t pid, const std::vector<spec::Rlimit>& limits);

// For processes that run already: all of it or, after an error, nothing. What the host does not let us raise is refused (EPERM) rather than cut.
sys::Result<void> change_rlimits(const std::vector<pid_t>& pids, const std::vector<spec::Rlimit>& limits);

}  // namespace keelson::sec
