#include "cgroup/stats.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "cgroup/path.h"
#include "sys/fs.h"

namespace keelson::cgroup {
namespace {

using sys::Result;
using sys::Stage;
using sys::UniqueFd;

struct Source {
  std::string_view controller;  // of v1
  const char* v1;
  const char* v2;
};

// In the order of StatsFiles::File. Only memory's and the processes' own files are there on every host; the others depend on
// what was compiled in, mounted and enabled.
constexpr Source sources[] = {
    {"cpuacct", "cpuacct.usage", nullptr},
    {"cpu", "cpu.stat", "cpu.stat"},
    {"memory", "memory.usage_in_bytes", "memory.current"},
    {"memory", "memory.stat", "memory.stat"},
    {"memory", "memory.max_usage_in_bytes", "memory.peak"},
    {"memory", "memory.limit_in_bytes", "memory.max"},
    {"pids", "pids.current", "pids.current"},
    {"pids", "pids.max", "pids.max"},
    {"blkio", "blkio.throttle.io_service_bytes", "io.stat"},
    {"memory", "memory.oom_control", "memory.events"},
    {"memory", nullptr, "memory.swap.current"},  // v1 has it in memory.stat
    {"cpu", nullptr, "cpu.pressure"},
    {"memory", nullptr, "memory.pressure"},
    {"blkio", nullptr, "io.pressure"},
};

// v1 writes PAGE_COUNTER_MAX, rounded to pages, for "no limit": more than any machine has.
constexpr uint64_t v1_no_limit = 0x7ffffffffffff000 - (1 << 16);

// memory.stat is some 1.5 KiB and up to 8 KiB on new kernels; blkio has a few lines for each disk.
using Buffer = std::array<char, 16 * 1024>;

// The text from the start of the file, cut at the buffer's size; empty where there is no file or it cannot be read.
std::string_view read_text(int fd, Buffer& buffer) {
  if (fd < 0) return {};
  ssize_t count = ::pread(fd, buffer.data(), buffer.size(), 0);
  return count > 0 ? std::string_view(buffer.data(), static_cast<size_t>(count)) : std::string_view();
}

uint64_t number(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

uint64_t limit(std::string_view text) {
  if (text.empty() || text.starts_with("max")) return Stats::no_limit;
  uint64_t value = number(text);
  return value >= v1_no_limit ? Stats::no_limit : value;
}

// Takes the next line off `text`.
std::string_view next_line(std::string_view& text) {
  size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// Takes the next word off `line`.
std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  size_t end = std::min(line.find(' '), line.size());
  std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

const Hierarchy* hierarchy_with(const StatsLayout& layout, std::string_view controller) {
  for (const Hierarchy& one : layout.hierarchies) {
    if (layout.version == Version::v2) return &one;
    if (std::find(one.controllers.begin(), one.controllers.end(), controller) != one.controllers.end()) return &one;
  }
  return nullptr;
}

}  // namespace

uint64_t value_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = next_line(text);
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ') return number(line.substr(key.size() + 1));
  }
  return 0;
}

void add_block(std::string_view text, Stats& stats) {
  while (!text.empty()) {
    std::string_view line = next_line(text);
    std::string_view device = next_word(line);
    if (device.find(':') == std::string_view::npos) continue;  // v1's "Total"
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
      if (word == "Read") stats.block_read += number(next_word(line));
      if (word == "Write") stats.block_written += number(next_word(line));
      if (word.starts_with("rbytes=")) stats.block_read += number(word.substr(7));
      if (word.starts_with("wbytes=")) stats.block_written += number(word.substr(7));
    }
  }
}

uint64_t pressure_of(std::string_view text, std::string_view which) {
  constexpr std::string_view total = " total=";
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const size_t at = line.find(total);
    if (line.starts_with(which) && at != std::string_view::npos) return number(line.substr(at + total.size())) * 1000;
  }
  return Stats::unknown;
}

void add_network(std::string_view text, Stats& stats) {
  next_line(text);
  next_line(text);
  while (!text.empty()) {
    std::string_view line = next_line(text);
    size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view name = line.substr(0, colon);
    line.remove_prefix(colon + 1);
    if (next_word(name) == "lo") continue;
    // Bytes, packets, errs, drop, fifo, frame, compressed, multicast; then the same for sending.
    stats.network_received += number(next_word(line));
    for (int skipped = 0; skipped < 7; ++skipped) next_word(line);
    stats.network_sent += number(next_word(line));
  }
}

Result<StatsLayout> stats_layout() {
  StatsLayout layout;
  layout.version = KEELSON_TRY(host_version());
  layout.hierarchies = KEELSON_TRY(hierarchies_of(layout.version));
  return layout;
}

Result<StatsFiles> StatsFiles::open(const StatsLayout& layout, std::string_view path, pid_t pid) {
  KEELSON_TRY(split_path(path));
  StatsFiles stats;
  stats.version_ = layout.version;
  for (size_t at = 0; at < file_count; ++at) {
    const char* name = layout.version == Version::v2 ? sources[at].v2 : sources[at].v1;
    const Hierarchy* hierarchy = hierarchy_with(layout, sources[at].controller);
    if (name == nullptr || hierarchy == nullptr) continue;
    const std::string file = hierarchy->mount_point + std::string(path) + "/" + name;
    stats.files_[at].reset(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    // Without it there is no group.
    if (at == memory_now && !stats.files_[at]) return sys::os_error(Stage::cgroup_read, "cannot open " + file);
  }
  if (pid > 0) stats.process_.reset(::open(("/proc/" + std::to_string(pid)).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return stats;
}

std::optional<Stats> StatsFiles::read() {
  Buffer buffer;
  Stats stats;
  // A removed group answers ENODEV to every read.
  std::string_view text = read_text(files_[memory_now].get(), buffer);
  if (text.empty()) return std::nullopt;
  stats.memory = number(text);
  const bool v2 = version_ == Version::v2;

  if (!v2) stats.cpu_usage_ns = number(read_text(files_[cpu_usage].get(), buffer));
  text = read_text(files_[cpu_stat].get(), buffer);
  if (v2) stats.cpu_usage_ns = value_of(text, "usage_usec") * 1000;
  stats.cpu_throttled_ns = v2 ? value_of(text, "throttled_usec") * 1000 : value_of(text, "throttled_time");

  stats.cpu_periods = value_of(text, "nr_periods");
  stats.cpu_throttled_periods = value_of(text, "nr_throttled");

  text = read_text(files_[memory_stat].get(), buffer);
  stats.memory_inactive_file = value_of(text, v2 ? "inactive_file" : "total_inactive_file");
  stats.memory_cache = value_of(text, v2 ? "file" : "total_cache");
  if (!v2 && text.find("\ntotal_swap ") != std::string_view::npos) stats.memory_swap = value_of(text, "total_swap");
  if (text = read_text(files_[swap].get(), buffer); !text.empty()) stats.memory_swap = number(text);
  stats.memory_limit = limit(read_text(files_[memory_limit].get(), buffer));
  seen_peak_ = std::max({seen_peak_, stats.memory, number(read_text(files_[memory_peak].get(), buffer))});
  stats.memory_peak = seen_peak_;
  stats.pids = number(read_text(files_[pids_now].get(), buffer));
  stats.pids_limit = limit(read_text(files_[pids_limit].get(), buffer));
  add_block(read_text(files_[block].get(), buffer), stats);
  stats.oom_kills = value_of(read_text(files_[oom].get(), buffer), "oom_kill");

  text = read_text(files_[cpu_pressure].get(), buffer);
  stats.cpu_pressure_ns = pressure_of(text, "some");
  text = read_text(files_[memory_pressure].get(), buffer);
  stats.memory_pressure_ns = pressure_of(text, "some");
  stats.memory_full_pressure_ns = pressure_of(text, "full");
  text = read_text(files_[io_pressure].get(), buffer);
  stats.io_pressure_ns = pressure_of(text, "some");
  stats.io_full_pressure_ns = pressure_of(text, "full");

  if (process_) {
    const UniqueFd network(::openat(process_.get(), "net/dev", O_RDONLY | O_CLOEXEC));
    add_network(read_text(network.get(), buffer), stats);
  }
  return stats;
}

}  // namespace keelson::cgroup
