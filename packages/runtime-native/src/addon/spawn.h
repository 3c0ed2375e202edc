// Starting a supervisor: no JavaScript, safe on any thread.
#pragma once

#include <sys/types.h>

#include <string>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::addon {

struct Spawned {
  pid_t pid = -1;
  sys::UniqueFd pidfd;
  sys::UniqueFd report;  // reading end, non-blocking
};

// Runs `executable --bundle BUNDLE --report-fd 3` in a session of its own, with "/" as working directory, no signal blocked or
// ignored, a minimal environment, descriptors 0 and 1 on /dev/null, 2 on BUNDLE/supervisor.err (made anew), 3 the report, 4 the
// program itself on a read-only mount, from which it runs, and no other. It is our child and has to be waited for, but it outlives us.
sys::Result<Spawned> spawn_supervisor(const std::string& executable, const std::string& bundle);

}  // namespace keelson::addon
