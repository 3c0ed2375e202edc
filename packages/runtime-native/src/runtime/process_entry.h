// What /proc says of a process (proc_pid_stat(5)).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace keelson::runtime {

struct ProcessEntry {
  char state = 'X';  // R, S, Z …
  uint64_t start_ticks = 0;
};

// Nothing where there is no such process.
std::optional<ProcessEntry> read_process(pid_t pid);

}  // namespace keelson::runtime
