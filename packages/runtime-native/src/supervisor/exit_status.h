// A wait status in the words of shells and of our records.
#pragma once

#include <sys/wait.h>

namespace keelson::supervisor {

struct ExitStatus {
  int code = 0;    // 128 + signal for a death by signal
  int signal = 0;  // 0 where it exited by itself
  bool core_dumped = false;
};

inline ExitStatus exit_status_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) return {128 + WTERMSIG(wait_status), WTERMSIG(wait_status), static_cast<bool>(WCOREDUMP(wait_status))};
  return {WEXITSTATUS(wait_status), 0, false};
}

}  // namespace keelson::supervisor
