// Whom the kernel's OOM killer took: only the kernel's log tells (mm/oom_kill.c, dump_oom_victim and __oom_kill_process).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keelson::supervisor {

struct OomVictim {
  pid_t pid = 0;  // as the host sees it
  std::string command;
  uint64_t time = 0;  // nanoseconds since the epoch
  // The container's first process was killed: it was this one, or the kernel took the whole group (memory.oom.group).
  bool first_killed = false;
};

// Of one container: its group's path ends with `group`, and its first process has `main_pid`.
struct OomScene {
  std::string_view group;
  pid_t main_pid = 0;
};

// The victim that one record of /dev/kmsg ("6,1234,56789,-;text") tells of, with microseconds since boot in place of its time. Nothing for
// records of others, and for those that user space wrote.
std::optional<OomVictim> parse_oom_record(std::string_view record, const OomScene& scene);

// The one that was chosen: the first process where it was, else the last one since `since` (nanoseconds since the epoch). Nothing where the kernel's log cannot be
// read, does not tell, or takes too long to read.
std::optional<OomVictim> find_oom_victim(const OomScene& scene, uint64_t since);

}  // namespace keelson::supervisor
