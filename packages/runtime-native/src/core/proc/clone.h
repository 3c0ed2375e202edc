// clone3(2) of a child in the container's cgroup.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "cgroup/cgroup.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::proc {

struct Clone {
  pid_t pid = -1;        // 0 in the child
  sys::UniqueFd pidfd;   // in the parent
};

// The child runs on a copy of our memory. Born inside the group on v2; on v1 it joins as its first step.
sys::Result<Clone> clone_into(const cgroup::Cgroup& group, uint64_t namespaces);

// Kills and reaps a child whose start failed.
void discard(Clone& child);

}  // namespace keelson::proc
