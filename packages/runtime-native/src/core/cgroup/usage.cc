#include "cgroup/usage.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "cgroup/hierarchy.h"
#include "cgroup/stats.h"

namespace keelson::cgroup {
namespace {

// v1 writes PAGE_COUNTER_MAX, rounded to pages, for "no limit": more than any machine has.
constexpr uint64_t v1_no_limit = 0x7ffffffffffff000 - (1 << 16);

struct Place {
  const char* controller;  // of v1
  const char* v1;
  const char* v2;
};

class Reader {
 public:
  explicit Reader(const Cgroup& group) : group_(group) {}

  // Empty where there is no such file. The text is good until the next call.
  std::string_view text(Place place) {
    const bool v2 = group_.version() == Version::v2;
    const sys::UniqueFd file(::openat(directory(place.controller), v2 ? place.v2 : place.v1, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    const ssize_t count = file ? ::pread(file.get(), buffer_, sizeof buffer_, 0) : -1;
    return count > 0 ? std::string_view(buffer_, static_cast<size_t>(count)) : std::string_view();
  }

  // Absent also for "max".
  std::optional<uint64_t> number(Place place) {
    const std::string_view digits = text(place);
    uint64_t value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc()) return std::nullopt;
    return value;
  }

 private:
  int directory(std::string_view controller) const {
    for (const Controller& one : group_.controllers()) {
      if (group_.version() == Version::v2) return one.dir.get();
      const std::vector<std::string> names = split_words(one.name, ",");
      if (std::find(names.begin(), names.end(), controller) != names.end()) return one.dir.get();
    }
    return -1;
  }

  const Cgroup& group_;
  char buffer_[4096];
};

}  // namespace

Usage read_usage(const Cgroup& group) {
  Reader files(group);
  Usage usage;
  const bool v2 = group.version() == Version::v2;
  const std::string stat(files.text({"cpu", "cpu.stat", "cpu.stat"}));
  if (!v2) usage.cpu_ns = files.number({"cpuacct", "cpuacct.usage", ""});
  if (v2 && !stat.empty()) usage.cpu_ns = value_of(stat, "usage_usec") * 1000;
  if (!stat.empty()) usage.cpu_throttled_ns = v2 ? value_of(stat, "throttled_usec") * 1000 : value_of(stat, "throttled_time");
  usage.memory_peak = files.number({"memory", "memory.max_usage_in_bytes", "memory.peak"});
  usage.memory_limit = files.number({"memory", "memory.limit_in_bytes", "memory.max"});
  if (usage.memory_limit && *usage.memory_limit >= v1_no_limit) usage.memory_limit.reset();
  usage.pids_peak = files.number({"pids", "pids.peak", "pids.peak"});
  usage.pids_limit = files.number({"pids", "pids.max", "pids.max"});
  return usage;
}

}  // namespace keelson::cgroup
