// What was applied, read back from the kernel right before execve; a difference is an error of stage sec.verify (SECURITY.md R20). User, capabilities
// and no_new_privs are read back where they are set.
#pragma once

#include <string>
#include <vector>

#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::sec {

// Of the caller: no limit is above what the spec says. Below is fine: the host may have had less to give.
sys::Result<void> verify_rlimits(const std::vector<spec::Rlimit>& limits);

// Of the caller, after its filter was loaded. A profile that answers prctl(2) with an errno has thereby shown itself.
sys::Result<void> verify_seccomp();

// Of the caller, before it runs the workload: its working directory lies in its root filesystem. A magic link, "/proc/self/fd/9" as a working
// directory, could lead to a directory of the host that the supervisor holds open (CVE-2024-21626).
sys::Result<void> verify_directory(const std::string& wanted);

}  // namespace keelson::sec
