// Changing a container while it runs.
#pragma once

#include <sys/types.h>

#include <vector>

#include "cgroup/cgroup.h"
#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::proc {

// A running container; the processes are children of ours that were not reaped, so that their pids are nobody else's.
struct LiveTarget {
  cgroup::Cgroup& cgroup;
  int container;  // pidfd of PID 1
  std::vector<pid_t> processes;
};

// Applies what the change names. After an error some of it may be in force: the caller applies the opposite change.
// Limits of processes hold for these processes and for what they start from then on.
sys::Result<void> apply_live_change(const LiveTarget& target, const spec::LiveChange& change);

}  // namespace keelson::proc
