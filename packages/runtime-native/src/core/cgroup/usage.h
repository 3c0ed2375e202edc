// What a group has used up in its life: a few files, read once, before the group is removed.
#pragma once

#include <cstdint>
#include <optional>

#include "cgroup/cgroup.h"

namespace keelson::cgroup {

// Absent where the kernel does not say (memory.peak came with 5.19, pids.peak with 6.6), and for limits that are not set.
struct Usage {
  std::optional<uint64_t> cpu_ns;
  std::optional<uint64_t> cpu_throttled_ns;
  std::optional<uint64_t> memory_peak;
  std::optional<uint64_t> memory_limit;
  std::optional<uint64_t> pids_peak;
  std::optional<uint64_t> pids_limit;
};

Usage read_usage(const Cgroup& group);

}  // namespace keelson::cgroup
