#include "sec/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/magic.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <climits>
#include <string>
#include <vector>

#include "sys/fs.h"
#include "sys/syscalls.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

namespace keelson::sec {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {
constexpr mode_t kDefaultUmask = 0022;

// setresuid(2) takes an id of -1 for "unchanged" and succeeds: the workload would stay root.
Result<void> verify_user(const spec::User& user) {
  uid_t uids[3] = {};
  gid_t gids[3] = {};
  if (::getresuid(&uids[0], &uids[1], &uids[2]) != 0 || ::getresgid(&gids[0], &gids[1], &gids[2]) != 0)
    return os_error(Stage::sec_verify, "cannot read user and group back");
  for (uid_t uid : uids)
    if (uid != user.uid) return Error{Stage::sec_verify, EPERM, "the user is " + std::to_string(uid) + " instead of " + std::to_string(user.uid)};
  for (gid_t gid : gids)
    if (gid != user.gid) return Error{Stage::sec_verify, EPERM, "the group is " + std::to_string(gid) + " instead of " + std::to_string(user.gid)};
  return {};
}

}  // namespace

Result<void> apply_user(const spec::User& user) {
  const std::vector<gid_t> groups(user.additional_gids.begin(), user.additional_gids.end());
  if (::setgroups(groups.size(), groups.data()) != 0) return os_error(Stage::proc_user, "cannot set the additional groups");
  if (::setresgid(user.gid, user.gid, user.gid) != 0) return os_error(Stage::proc_user, "cannot become group " + std::to_string(user.gid));
  if (::setresuid(user.uid, user.uid, user.uid) != 0) return os_error(Stage::proc_user, "cannot become user " + std::to_string(user.uid));
  ::umask(user.umask.value_or(kDefaultUmask));
  return verify_user(user);
}

Result<void> apply_no_new_privs() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return os_error(Stage::sec_no_new_privs, "cannot set no_new_privs");
  if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return Error{Stage::sec_verify, EPERM, "no_new_privs is not set"};
  return {};
}

Result<void> apply_oom_score(pid_t pid, std::optional<int> score) {
  if (!score) return {};
  const Result<void> written = sys::write_value(Stage::proc_state, "/proc/" + std::to_string(pid) + "/oom_score_adj", std::to_string(*score));
  if (!written.ok() && written.error().err != EACCES) return written.error();
  return {};
}

Result<void> close_files_on_exec(unsigned kept) {
  if (sys::close_range(STDERR_FILENO + 1 + kept, UINT_MAX, CLOSE_RANGE_CLOEXEC) != 0) return os_error(Stage::sec_fds, "cannot mark files to be closed");
  return {};
}

Result<void> apply_apparmor(const std::string& profile) {
  if (profile.empty() || profile == "unconfined") return {};
  // "apparmor/" since Linux 5.1; the other name is shared with other modules.
  UniqueFd file(::open("/proc/self/attr/apparmor/exec", O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) file.reset(::open("/proc/self/attr/exec", O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  struct statfs filesystem {};
  if (!file || ::fstatfs(file.get(), &filesystem) != 0) return os_error(Stage::sec_apparmor, "cannot apply the AppArmor profile " + profile);
  if (filesystem.f_type != PROC_SUPER_MAGIC) return Error{Stage::sec_apparmor, EPERM, "/proc of the container is no procfs, so the AppArmor profile " + profile + " cannot be applied"};
  const std::string request = "exec " + profile;
  if (::write(file.get(), request.data(), request.size()) != static_cast<ssize_t>(request.size()))
    return os_error(Stage::sec_apparmor, "cannot apply the AppArmor profile " + profile);
  return {};
}

Result<void> reset_signals(bool hold) {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  // EINVAL for SIGKILL, SIGSTOP and those libc keeps for itself: nothing to reset there.
  for (int signal = 1; signal < NSIG; ++signal) (void)::sigaction(signal, &standard, nullptr);
  sigset_t mask;
  if (hold)
    ::sigfillset(&mask);
  else
    ::sigemptyset(&mask);
  if (::sigprocmask(SIG_SETMASK, &mask, nullptr) != 0) return os_error(Stage::proc_signal, "cannot set the mask of signals");
  return {};
}

}  // namespace keelson::sec
