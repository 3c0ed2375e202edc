#include "proc/clone.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "sys/syscalls.h"

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

namespace keelson::proc {

sys::Result<Clone> clone_into(const cgroup::Cgroup& group, uint64_t namespaces) {
  int pidfd = -1;
  clone_args args{};
  args.flags = namespaces | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  args.exit_signal = SIGCHLD;
  if (group.clone_fd() >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<uint64_t>(group.clone_fd());
  }
  const pid_t pid = sys::clone3(args);
  if (pid < 0) return sys::os_error(sys::Stage::ns_clone, "cannot clone a process into the container's namespaces");
  Clone clone;
  clone.pid = pid;
  if (pid > 0) clone.pidfd = sys::UniqueFd(pidfd);
  return clone;
}

void discard(Clone& child) {
  (void)sys::pidfd_send_signal(child.pidfd.get(), SIGKILL);
  while (::waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace keelson::proc
