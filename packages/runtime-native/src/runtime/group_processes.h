// The processes of a group and of the groups below it.
#pragma once

#include <sys/types.h>

#include <vector>

#include "cgroup/cgroup.h"
#include "sys/result.h"

namespace keelson::runtime {

// Sorted. Those that our pid namespace does not show are left out.
sys::Result<std::vector<pid_t>> group_processes(const cgroup::Cgroup& group);

// To all of them, as often as it takes to reach those that are born meanwhile, a few rounds at most.
sys::Result<void> signal_group(const cgroup::Cgroup& group, int signal);

}  // namespace keelson::runtime
