// The steps that PID 1 and an exec'd process have in common, all in the child.
#pragma once

#include <linux/filter.h>

#include <functional>
#include <vector>

#include "proc/channel.h"
#include "proc/container.h"
#include "spec/container_spec.h"
#include "sys/result.h"

namespace keelson::proc {

// The first step: nothing in the container, CAP_SYS_PTRACE or not, gets hold of a process that still has the host's files open (proc_pid_fd(5),
// ptrace(2) "Ptrace access mode checking"). The execve ends it.
sys::Result<void> forbid_tracing();

// v1: joins the container's groups by writing "0" (the caller) to each `tasks`, which takes no lock that waits for other CPUs, as a write
// of our pid from outside would. On v2 the clone did it already.
sys::Result<void> join_cgroup(const std::vector<int>& task_files);

// With a terminal: allocates it in the devpts on /dev/pts, sends its master side to the parent and takes the slave. Without: the streams.
sys::Result<void> adopt_stdio(const Channel& channel, const spec::Process& process, ChildIo io);

struct Workload {
  const spec::Process& process;
  const std::vector<sock_filter>& filter;
  const Handover* handover = nullptr;
  std::function<sys::Result<void>()> before_exec;  // after the gate
};

// From privileged root of the namespaces to the workload's identity and filter, then execve. Returns only the error, to be told to `channel`, which
// is another one after a gate. The order is the meaning: see the definition.
sys::Error become_workload(const Workload& workload, Channel& channel);

// Tells the parent and ends the child.
[[noreturn]] void fail(const Channel& channel, const sys::Error& error);

}  // namespace keelson::proc
