// Documentation/admin-guide/cgroup-v2.rst of Linux.
#include <errno.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "cgroup/directory.h"
#include "cgroup/limits.h"
#include "cgroup/versions.h"
#include "sys/fs.h"

namespace keelson::cgroup::v2 {
namespace {

using sys::Stage;

constexpr int64_t min_shares = 2;
constexpr int64_t max_shares = 1 << 18;

// memory and pids always: OOM kills and process counts are read from every container.
bool is_needed(std::string_view controller, const spec::Resources& resources) {
  if (controller == "memory" || controller == "pids") return true;
  if (controller == "cpu") {
    return wanted(resources.cpu_shares) || wanted(resources.cpu_quota) || wanted(resources.cpu_period);
  }
  if (controller == "io") return resources.io.throttles() || resources.io.weighs();
  if (controller == "hugetlb") return !resources.huge_pages.empty();
  return controller == "cpuset" && (!resources.cpuset_cpus.empty() || !resources.cpuset_mems.empty());
}

// A group's files exist only where its parent hands the controller down. One that nothing needs may be refused
// (cpu is, while realtime tasks run outside the root).
sys::Result<void> hand_down(const std::string& parent, const spec::Resources& resources) {
  const std::string file = parent + "/cgroup.subtree_control";
  std::vector<std::string> enabled = split_words(KEELSON_TRY(read_value(file)), " ");
  for (const char* controller : {"memory", "pids", "cpu", "cpuset", "io", "hugetlb"}) {
    if (std::find(enabled.begin(), enabled.end(), controller) != enabled.end()) continue;
    auto written = sys::write_value(Stage::cgroup_create, file, std::string("+") + controller);
    if (!written.ok() && is_needed(controller, resources)) return written;
  }
  return {};
}

sys::Result<void> set_bytes(const std::string& file, int64_t bytes) {
  if (bytes == -1) return set_value(file, "max", "max");
  return set_value(file, std::to_string(bytes), std::to_string(whole_pages(bytes)));
}

// The spec counts memory plus swap, v2 counts swap alone.
sys::Result<int64_t> swap_alone(const std::string& group, int64_t total) {
  if (total == -1) return total;
  std::string text = KEELSON_TRY(read_value(group + "/memory.max"));
  int64_t memory = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), memory);
  if (error != std::errc()) return sys::Error{Stage::cgroup_limit, 0, "a limit of swap needs a limit of memory"};
  if (total < memory) return sys::Error{Stage::cgroup_limit, 0, "memory plus swap is less than memory"};
  return total - memory;
}

sys::Result<int64_t> read_usage(const std::string& group) {
  std::string text = KEELSON_TRY(read_value(group + "/memory.current"));
  int64_t usage = 0;
  std::from_chars(text.data(), text.data() + text.size(), usage);
  return usage;
}

// Setting memory.max below what is in use makes the kernel kill until it fits; a limit that does not fit is refused instead.
sys::Result<void> make_room(const std::string& group, int64_t limit) {
  int64_t usage = KEELSON_TRY(read_usage(group));
  if (limit == -1 || usage <= limit) return {};
  // Since Linux 5.19; where it is missing or gives up half-way the usage tells.
  (void)sys::write_value(Stage::cgroup_limit, group + "/memory.reclaim", std::to_string(usage - limit));
  usage = KEELSON_TRY(read_usage(group));
  if (usage <= limit) return {};
  return sys::Error{Stage::cgroup_limit, EBUSY,
                    "its processes use more than " + std::to_string(limit) + " bytes of memory now; end some of them first"};
}

sys::Result<void> apply_memory(const std::string& group, const spec::Resources& resources) {
  std::optional<int64_t> limit = wanted(resources.memory_limit);
  std::optional<int64_t> total = wanted(resources.memory_swap);
  if (limit) {
    KEELSON_TRY(make_room(group, *limit));
    KEELSON_TRY(set_bytes(group + "/memory.max", *limit));
  }
  // No file where the kernel counts no swap (swapaccount=0).
  const std::string swap_file = group + "/memory.swap.max";
  if (total && exists(swap_file)) KEELSON_TRY(set_bytes(swap_file, KEELSON_TRY(swap_alone(group, *total))));
  if (auto reservation = wanted(resources.memory_reservation)) {
    // "max" would be everything reserved; without a reservation it is nothing.
    const int64_t low = std::max<int64_t>(*reservation, 0);
    KEELSON_TRY(set_value(group + "/memory.low", std::to_string(low), std::to_string(whole_pages(low))));
  }
  if (resources.memory_swappiness) return sys::Error{Stage::cgroup_limit, 0, "cgroup v2 has no swappiness of a group; leave it out"};
  return {};
}

// "QUOTA PERIOD": a field that is not given keeps its value.
sys::Result<void> apply_bandwidth(const std::string& group, std::optional<int64_t> quota,
                                  std::optional<int64_t> period) {
  const std::string file = group + "/cpu.max";
  std::vector<std::string> now = split_words(KEELSON_TRY(read_value(file)), " ");
  if (now.size() != 2) return sys::Error{Stage::cgroup_limit, 0, file + " does not hold two values"};
  if (quota) now[0] = *quota == -1 ? "max" : std::to_string(*quota);
  if (period) now[1] = std::to_string(*period);
  std::string value = now[0] + " " + now[1];
  return set_value(file, value, value);
}

// 2…262144 shares onto weights of 1…10000 so that the defaults of both, 1024 and 100, are the same: the curve that runc 1.3 and crun 1.24
// use, a parabola through these three points on logarithmic scales.
int64_t weight_of(int64_t shares) {
  if (shares <= min_shares) return 1;
  if (shares >= max_shares) return 10'000;
  const double bits = std::log2(static_cast<double>(shares));
  return static_cast<int64_t>(std::ceil(std::pow(10, (bits * bits + 125 * bits) / 612.0 - 7.0 / 34.0)));
}

}  // namespace

sys::Result<void> create(const Hierarchy& unified, const std::vector<std::string>& names,
                         const spec::Resources& resources, std::vector<Controller>& made) {
  std::string parent = unified.mount_point;
  for (size_t at = 0; at < names.size(); ++at) {
    KEELSON_TRY(hand_down(parent, resources));
    std::string group = parent + "/" + names[at];
    if (at + 1 < names.size()) {
      KEELSON_TRY(make_parent(group));
    } else {
      made.push_back({"", group, KEELSON_TRY(make_leaf(group)), {}});
    }
    parent = std::move(group);
  }
  return {};
}

sys::Result<void> apply(const Controller& controller, const spec::Resources& resources) {
  const std::string& group = controller.path;
  KEELSON_TRY(apply_memory(group, resources));
  if (auto shares = wanted(resources.cpu_shares)) {
    std::string weight = std::to_string(weight_of(*shares));
    KEELSON_TRY(set_value(group + "/cpu.weight", weight, weight));
  }
  auto quota = wanted(resources.cpu_quota);
  auto period = wanted(resources.cpu_period);
  if (quota || period) KEELSON_TRY(apply_bandwidth(group, quota, period));
  // v2 takes CPUs that are not there and then uses the parent's: only the effective set tells.
  if (!resources.cpuset_cpus.empty()) {
    KEELSON_TRY(set_list(group + "/cpuset.cpus", group + "/cpuset.cpus.effective", resources.cpuset_cpus));
  }
  if (!resources.cpuset_mems.empty()) {
    KEELSON_TRY(set_list(group + "/cpuset.mems", group + "/cpuset.mems.effective", resources.cpuset_mems));
  }
  if (auto pids = wanted(resources.pids_limit)) {
    std::string value = *pids == -1 ? "max" : std::to_string(*pids);
    KEELSON_TRY(set_value(group + "/pids.max", value, value));
  }
  KEELSON_TRY(apply_io(group, resources.io));
  for (const spec::HugePageLimit& one : resources.huge_pages) {
    std::string value = one.limit == -1 ? "max" : std::to_string(one.limit);
    KEELSON_TRY(set_value(group + "/hugetlb." + one.page_size + ".max", value, value));
  }
  // As they are: what the kernel makes of a value is its file's own matter.
  for (const auto& [file, value] : resources.unified) KEELSON_TRY(sys::write_value(Stage::cgroup_limit, group + "/" + file, value));
  return {};
}

}  // namespace keelson::cgroup::v2
