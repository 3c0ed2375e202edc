// The documents of a supervisor (README.md): report, state, exit record, answers to failed requests.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "cgroup/usage.h"
#include "exit_status.h"
#include "oom_victim.h"
#include "spec/launch.h"
#include "sys/result.h"

namespace keelson::supervisor {

struct Running {
  pid_t pid = 0;
  uint64_t start_ticks = 0;  // proc_pid_stat(5), field 22
  uint64_t started_at = 0;   // nanoseconds since the epoch
};

// What of a state changes while the container runs.
struct Condition {
  bool exited = false;
  bool paused = false;
};

struct Exit {
  pid_t pid = 0;
  ExitStatus status;
  uint64_t started_at = 0;
  uint64_t finished_at = 0;
  // To the first process because somebody asked for it, with the time of the last one.
  std::map<int, uint64_t> sent;
  uint64_t oom_kills = 0;
  std::optional<OomVictim> oom_victim;
  cgroup::Usage usage;
};

// A process' start in clock ticks since boot: with the pid it names a process for good.
sys::Result<uint64_t> start_ticks(pid_t pid);
sys::Result<std::string> boot_id();

std::string report_text(const Running& running);
std::string error_text(const sys::Error& error);
std::string state_text(const spec::Launch& launch, const Running& running, const std::string& cgroup, const std::string& boot, Condition now);
std::string exit_text(const spec::Launch& launch, const Exit& exit, const std::string& boot);

}  // namespace keelson::supervisor
