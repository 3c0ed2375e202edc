// Counters of one group and its network namespace, read through descriptors that stay open.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cgroup/hierarchy.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::cgroup {

// Nanoseconds, bytes and counts. `no_limit` where a limit is not set; `unknown` or 0 where the kernel keeps no such counter for the group.
struct Stats {
  static constexpr uint64_t no_limit = UINT64_MAX;
  static constexpr uint64_t unknown = UINT64_MAX;

  uint64_t cpu_usage_ns = 0;
  uint64_t cpu_throttled_ns = 0;
  uint64_t memory = 0;
  uint64_t memory_inactive_file = 0;
  uint64_t memory_limit = no_limit;
  uint64_t memory_peak = 0;
  uint64_t pids = 0;
  uint64_t pids_limit = no_limit;
  uint64_t block_read = 0;
  uint64_t block_written = 0;
  uint64_t network_received = 0;
  uint64_t network_sent = 0;
  uint64_t oom_kills = 0;
  uint64_t memory_cache = 0;
  uint64_t memory_swap = unknown;
  uint64_t cpu_periods = 0;
  uint64_t cpu_throttled_periods = 0;
  // Time in which some, or all, processes waited for want of the thing (Documentation/accounting/psi.rst).
  uint64_t cpu_pressure_ns = unknown;
  uint64_t memory_pressure_ns = unknown;
  uint64_t memory_full_pressure_ns = unknown;
  uint64_t io_pressure_ns = unknown;
  uint64_t io_full_pressure_ns = unknown;
};

// Where the groups of this host are, found once and shared by all readers.
struct StatsLayout {
  Version version = Version::v2;
  std::vector<Hierarchy> hierarchies;
};
sys::Result<StatsLayout> stats_layout();

class StatsFiles {
 public:
  // `path` as in Cgroup::create. Network counters are those of the namespace of `pid`, none for 0.
  static sys::Result<StatsFiles> open(const StatsLayout& layout, std::string_view path, pid_t pid);

  // Nothing once the group is gone.
  std::optional<Stats> read();

 private:
  enum File { cpu_usage, cpu_stat, memory_now, memory_stat, memory_peak, memory_limit, pids_now, pids_limit, block, oom, swap, cpu_pressure, memory_pressure, io_pressure, file_count };

  Version version_ = Version::v2;
  std::array<sys::UniqueFd, file_count> files_;
  // Not of its file net/dev: an open one would keep the network namespace, with its interfaces, alive after the container.
  sys::UniqueFd process_;
  // Kernels before 5.19 have no memory.peak; then it is the greatest that we have seen.
  uint64_t seen_peak_ = 0;
};

// Parts of kernel files, for tests: the value after `key` in lines of "key value".
uint64_t value_of(std::string_view text, std::string_view key);
// "8:0 rbytes=1 wbytes=2 …" (v2) or "8:0 Read 1" (v1), summed over devices.
void add_block(std::string_view text, Stats& stats);
// "some avg10=0.00 avg60=0.00 avg300=0.00 total=<microseconds>" and the same of "full": the total of one in nanoseconds, unknown where it is not there.
uint64_t pressure_of(std::string_view text, std::string_view which);
// proc_pid_net(5) dev: all interfaces but the loopback.
void add_network(std::string_view text, Stats& stats);

}  // namespace keelson::cgroup
