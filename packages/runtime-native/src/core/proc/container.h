// The two things core does with processes: start a container's PID 1, and add a process to a running container.
// Called by the supervisor only, which is single-threaded, root on the host, and the parent of what is started.
#pragma once

#include <sys/types.h>

#include "cgroup/cgroup.h"
#include "spec/container_spec.h"
#include "spec/launch.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::proc {

// The child's ends of its standard streams; ignored where the process has a terminal.
struct ChildIo {
  sys::UniqueFd in;
  sys::UniqueFd out;
  sys::UniqueFd err;
};

struct StartedProcess {
  pid_t pid = -1;
  sys::UniqueFd pidfd;
  // Master side of the pty, allocated in the container's own devpts; empty without a terminal.
  sys::UniqueFd console;
};

// Steps of init_sequence.cc; when it fails nothing is left but what the caller made (cgroup, run directory).
// Returns after execve has succeeded in the child (its sync channel closed on exec).
sys::Result<StartedProcess> start_container(const spec::ContainerSpec& spec, const spec::Launch& launch,
                                            const cgroup::Cgroup& cgroup, ChildIo io);

// Steps of exec_sequence.cc. `container` is the pidfd of PID 1; `spec` supplies seccomp and mappings.
sys::Result<StartedProcess> exec_in_container(int container, const spec::ContainerSpec& spec,
                                              const spec::Process& process, const cgroup::Cgroup& cgroup, ChildIo io);

}  // namespace keelson::proc
