// The two things core does with processes: start a container's PID 1, and add a process to a running container.
// Called by the supervisor only, which is single-threaded, root on the host, and the parent of what is started.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

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

// A process that outlives who started it: the starter ends and others look after what it leaves (the command line of OCI).
struct Handover {
  unsigned kept_files = 0;  // files 3, 4, … that the process inherits
  // The rest is for the first process of a container only.
  // A listening SOCK_SEQPACKET socket: the process, complete but for its program, waits there. Who connects has the other end of a Channel that
  // tells how the execve went. -1: no waiting.
  int gate = -1;
  // In the parent, when all is mounted and the pivot is next; asked where the spec has hooks.
  std::function<sys::Result<void>(pid_t)> mounted;
  // What hooks inside the container read: its state as JSON, in one line.
  std::function<std::string(pid_t, const char* status)> state;
};

// Steps of init_sequence.cc; when it fails nothing is left but what the caller made (cgroup, run directory).
// Returns after execve has succeeded in the child (its sync channel closed on exec), or once it waits at the gate.
// Without a handover the process ends with its parent, and the parent's later children are born in its pid namespace.
sys::Result<StartedProcess> start_container(const spec::ContainerSpec& spec, const spec::Launch& launch,
                                            const cgroup::Cgroup& cgroup, ChildIo io, const Handover* handover = nullptr);

// Steps of exec_sequence.cc. `container` is the pidfd of PID 1; `spec` supplies seccomp and mappings. Children of the caller are born in the
// container's pid namespace already.
sys::Result<StartedProcess> exec_in_container(int container, const spec::ContainerSpec& spec, const spec::Process& process,
                                              const cgroup::Cgroup& cgroup, ChildIo io, const Handover* handover = nullptr);

}  // namespace keelson::proc
