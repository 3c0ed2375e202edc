#include "proc/live_change.h"

#include <errno.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "sec/rlimits.h"
#include "sys/fs.h"
#include "sys/syscalls.h"

namespace keelson::proc {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

constexpr const char* kShm = "/dev/shm";

// In a child, as root of the container's namespaces: the filesystem there belongs to them. Returns an errno.
int resize_as_container(int container, const std::string& bytes) {
  if (::setns(container, CLONE_NEWUSER | CLONE_NEWNS) != 0) return errno;
  struct statfs status {};
  if (::statfs(kShm, &status) != 0) return errno;
  if (status.f_type != TMPFS_MAGIC) return ENOTSUP;
  const UniqueFd filesystem(sys::fspick(kShm));
  if (!filesystem) return errno;
  if (sys::fsconfig(filesystem.get(), sys::FsConfig::set_string, "size", bytes.c_str(), 0) != 0) return errno;
  return sys::fsconfig(filesystem.get(), sys::FsConfig::reconfigure, nullptr, nullptr, 0) == 0 ? 0 : errno;
}

// Not in the container's group: where that is paused, the child would stop with it and we would wait.
Result<void> resize_shm(int container, int64_t bytes) {
  const std::string text = std::to_string(bytes);
  clone_args args{};
  args.exit_signal = SIGCHLD;
  const pid_t child = sys::clone3(args);
  if (child < 0) return os_error(Stage::fork, "cannot start a process to resize /dev/shm");
  if (child == 0) ::_exit(resize_as_container(container, text));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return os_error(Stage::fork, "cannot wait for the process that resizes /dev/shm");
  }
  const int err = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
  if (err == 0) return {};
  if (err == EINVAL) return Error{Stage::cgroup_limit, EBUSY, "/dev/shm holds more than " + text + " bytes now; remove files in it first"};
  return os_error(Stage::mount_entry, "cannot resize /dev/shm", err);
}

Result<void> change_oom_score(const std::vector<pid_t>& processes, int score) {
  for (const pid_t pid : processes) {
    const Result<void> written = sys::write_value(Stage::proc_state, "/proc/" + std::to_string(pid) + "/oom_score_adj", std::to_string(score));
    if (written.ok() || written.error().err == ENOENT || written.error().err == ESRCH) continue;
    if (written.error().err == EACCES)
      return Error{Stage::cgroup_limit, EACCES, "the oom score cannot be lowered to " + std::to_string(score) + " here: the server lacks CAP_SYS_RESOURCE"};
    return written;
  }
  return {};
}

}  // namespace

Result<void> apply_live_change(const LiveTarget& target, const spec::LiveChange& change) {
  KEELSON_TRY(target.cgroup.update(change.resources));
  if (change.shm_size) KEELSON_TRY(resize_shm(target.container, *change.shm_size));
  if (change.oom_score_adj) KEELSON_TRY(change_oom_score(target.processes, *change.oom_score_adj));
  // Last, since it takes itself back.
  return sec::change_rlimits(target.processes, change.rlimits);
}

}  // namespace keelson::proc
