// Documentation/admin-guide/cgroup-v1/{memory,cpusets,pids}.rst and Documentation/scheduler/sched-bwc.rst of Linux.
#include <errno.h>
#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "cgroup/devices.h"
#include "cgroup/directory.h"
#include "cgroup/limits.h"
#include "cgroup/versions.h"
#include "sys/fs.h"

namespace keelson::cgroup::v1 {
namespace {

using sys::Stage;

// MIN_SHARES and MAX_SHARES of kernel/sched/sched.h: the kernel moves other values to these.
constexpr int64_t min_shares = 2;
constexpr int64_t max_shares = 1 << 18;

bool has(const Hierarchy& hierarchy, std::string_view controller) {
  return std::find(hierarchy.controllers.begin(), hierarchy.controllers.end(), controller) !=
         hierarchy.controllers.end();
}

sys::Result<std::string> directory_of(const std::vector<Controller>& controllers, const std::string& name) {
  for (const Controller& one : controllers) {
    std::vector<std::string> names = split_words(one.name, ",");
    if (std::find(names.begin(), names.end(), name) != names.end()) return one.path;
  }
  return sys::Error{Stage::cgroup_limit, 0, "this host has not mounted the cgroup controller " + name};
}

// A new cpuset is empty, and no task may join an empty one.
sys::Result<void> inherit_cpuset(const std::string& parent, const std::string& group) {
  for (const char* file : {"/cpuset.cpus", "/cpuset.mems"}) {
    std::string own = KEELSON_TRY(read_value(group + file));
    if (!own.empty()) continue;
    std::string inherited = KEELSON_TRY(read_value(parent + file));
    KEELSON_TRY(sys::write_value(Stage::cgroup_create, group + file, inherited));
  }
  return {};
}

sys::Result<void> create_one(const Hierarchy& hierarchy, const std::vector<std::string>& names,
                             std::vector<Controller>& made) {
  std::string parent = hierarchy.mount_point;
  for (size_t at = 0; at < names.size(); ++at) {
    std::string group = parent + "/" + names[at];
    if (at + 1 < names.size()) {
      KEELSON_TRY(make_parent(group));
    } else {
      sys::UniqueFd dir = KEELSON_TRY(make_leaf(group));
      made.push_back({joined(hierarchy.controllers), group, std::move(dir), {}});
    }
    if (has(hierarchy, "cpuset")) KEELSON_TRY(inherit_cpuset(parent, group));
    parent = std::move(group);
  }
  made.back().tasks = KEELSON_TRY(sys::open_path(Stage::cgroup_create, parent + "/tasks", O_WRONLY));
  return {};
}

sys::Result<int64_t> read_number(const std::string& file) {
  std::string text = KEELSON_TRY(read_value(file));
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc()) return value;
  return sys::Error{Stage::cgroup_read, 0, file + " does not hold a number"};
}

sys::Error in_use(int64_t bytes) {
  return {Stage::cgroup_limit, EBUSY, "its processes use more than " + std::to_string(bytes) + " bytes of memory now; end some of them first"};
}

// "-1" reads as PAGE_COUNTER_MAX pages, that is LONG_MAX rounded down to a page.
sys::Result<void> set_bytes(const std::string& file, int64_t bytes) {
  if (bytes > 0) {
    const sys::Result<void> set = set_value(file, std::to_string(bytes), std::to_string(whole_pages(bytes)));
    if (!set.ok() && set.error().err == EBUSY) return in_use(bytes);
    return set;
  }
  KEELSON_TRY(sys::write_value(Stage::cgroup_limit, file, "-1"));
  int64_t found = KEELSON_TRY(read_number(file));
  if (found >= whole_pages(INT64_MAX)) return {};
  return sys::Error{Stage::cgroup_limit, 0, file + " is still limited to " + std::to_string(found)};
}

// The kernel keeps memory <= total at every moment, so the order depends on the direction.
sys::Result<void> apply_memory_and_total(const std::string& limit_file, const std::string& total_file,
                                         std::optional<int64_t> limit, std::optional<int64_t> total) {
  if (!total) return limit ? set_bytes(limit_file, *limit) : sys::Result<void>();
  if (!limit) return set_bytes(total_file, *total);
  int64_t now = KEELSON_TRY(read_number(total_file));
  if (*limit == -1 || *limit > now) {
    KEELSON_TRY(set_bytes(total_file, *total));
    return set_bytes(limit_file, *limit);
  }
  KEELSON_TRY(set_bytes(limit_file, *limit));
  return set_bytes(total_file, *total);
}

sys::Result<void> apply_memory(const std::string& group, const spec::Resources& resources) {
  const std::string limit_file = group + "/memory.limit_in_bytes";
  const std::string total_file = group + "/memory.memsw.limit_in_bytes";
  std::optional<int64_t> limit = wanted(resources.memory_limit);
  std::optional<int64_t> total = wanted(resources.memory_swap);
  // Memory without a bound needs a total without one.
  if (limit == -1 && !total) total = -1;
  // Absent where the kernel was started with swapaccount=0: swap is then not counted for anybody.
  if (!exists(total_file)) total.reset();

  KEELSON_TRY(apply_memory_and_total(limit_file, total_file, limit, total));
  if (auto reservation = wanted(resources.memory_reservation)) {
    KEELSON_TRY(set_bytes(group + "/memory.soft_limit_in_bytes", *reservation));
  }
  if (resources.memory_swappiness) {
    std::string value = std::to_string(*resources.memory_swappiness);
    KEELSON_TRY(set_value(group + "/memory.swappiness", value, value));
  }
  return {};
}

sys::Result<void> apply_bandwidth(const std::string& group, std::optional<int64_t> quota,
                                  std::optional<int64_t> period) {
  const std::string period_file = group + "/cpu.cfs_period_us";
  std::string period_text = period ? std::to_string(*period) : "";
  bool period_last = false;
  if (period) {
    sys::Result<void> set = set_value(period_file, period_text, period_text);
    // EINVAL: the old quota in the new period may exceed the parent's; then the new quota goes first.
    period_last = !set.ok() && set.error().err == EINVAL && quota.has_value();
    if (!set.ok() && !period_last) return set;
  }
  if (quota) KEELSON_TRY(set_value(group + "/cpu.cfs_quota_us", std::to_string(*quota), std::to_string(*quota)));
  if (period_last) return set_value(period_file, period_text, period_text);
  return {};
}

}  // namespace

sys::Result<void> create(const std::vector<Hierarchy>& hierarchies, const std::vector<std::string>& names,
                         std::vector<Controller>& made) {
  for (const Hierarchy& hierarchy : hierarchies) KEELSON_TRY(create_one(hierarchy, names, made));
  return {};
}

sys::Result<void> apply(const std::vector<Controller>& controllers, const spec::Resources& resources) {
  if (!resources.unified.empty())
    return sys::Error{Stage::cgroup_limit, ENOTSUP, "linux.resources.unified names " + resources.unified.front().first + ", a file of cgroup v2, which this host does not use"};
  if (wanted(resources.memory_limit) || wanted(resources.memory_swap) || wanted(resources.memory_reservation) ||
      resources.memory_swappiness) {
    KEELSON_TRY(apply_memory(KEELSON_TRY(directory_of(controllers, "memory")), resources));
  }
  if (auto shares = wanted(resources.cpu_shares)) {
    std::string group = KEELSON_TRY(directory_of(controllers, "cpu"));
    std::string taken = std::to_string(std::clamp(*shares, min_shares, max_shares));
    KEELSON_TRY(set_value(group + "/cpu.shares", taken, taken));
  }
  auto quota = wanted(resources.cpu_quota);
  auto period = wanted(resources.cpu_period);
  if (quota || period) KEELSON_TRY(apply_bandwidth(KEELSON_TRY(directory_of(controllers, "cpu")), quota, period));
  if (!resources.cpuset_cpus.empty()) {
    std::string file = KEELSON_TRY(directory_of(controllers, "cpuset")) + "/cpuset.cpus";
    KEELSON_TRY(set_list(file, file, resources.cpuset_cpus));
  }
  if (!resources.cpuset_mems.empty()) {
    std::string file = KEELSON_TRY(directory_of(controllers, "cpuset")) + "/cpuset.mems";
    KEELSON_TRY(set_list(file, file, resources.cpuset_mems));
  }
  if (auto pids = wanted(resources.pids_limit)) {
    std::string value = *pids == -1 ? "max" : std::to_string(*pids);
    KEELSON_TRY(set_value(KEELSON_TRY(directory_of(controllers, "pids")) + "/pids.max", value, value));
  }
  if (resources.io.throttles() || resources.io.weighs()) {
    KEELSON_TRY(apply_io(KEELSON_TRY(directory_of(controllers, "blkio")), resources.io));
  }
  if (!resources.devices.empty()) {
    KEELSON_TRY(apply_device_list(KEELSON_TRY(directory_of(controllers, "devices")), resources.devices));
  }
  for (const spec::HugePageLimit& one : resources.huge_pages) {
    std::string file = KEELSON_TRY(directory_of(controllers, "hugetlb")) + "/hugetlb." + one.page_size + ".limit_in_bytes";
    // Without a limit it reads as a number of pages close to LONG_MAX.
    if (one.limit == -1) KEELSON_TRY(sys::write_value(Stage::cgroup_limit, file, "-1"));
    else KEELSON_TRY(set_value(file, std::to_string(one.limit), std::to_string(one.limit)));
  }
  return {};
}

sys::Result<std::string> memory_events_file(const std::vector<Controller>& controllers) {
  return KEELSON_TRY(directory_of(controllers, "memory")) + "/memory.oom_control";
}

}  // namespace keelson::cgroup::v1
