#include "sec/verify.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

namespace keelson::sec {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

Result<void> verify_rlimits(const std::vector<spec::Rlimit>& limits) {
  for (const spec::Rlimit& limit : limits) {
    rlimit now{};
    if (::prlimit(0, static_cast<__rlimit_resource>(limit.resource), nullptr, &now) != 0)
      return os_error(Stage::sec_verify, "cannot read " + limit.name + " back");
    if (now.rlim_cur > limit.soft || now.rlim_max > limit.hard)
      return Error{Stage::sec_verify, EPERM,
                   limit.name + " is " + std::to_string(now.rlim_cur) + ":" + std::to_string(now.rlim_max) + " instead of at most " +
                       std::to_string(limit.soft) + ":" + std::to_string(limit.hard)};
  }
  return {};
}

Result<void> verify_seccomp() {
  const int mode = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
  if (mode >= 0 && mode != SECCOMP_MODE_FILTER)
    return Error{Stage::sec_verify, EPERM, "the seccomp mode is " + std::to_string(mode) + " instead of a filter"};
  return {};
}

Result<void> verify_directory(const std::string& wanted) {
  // The system call, not getcwd(3): of a directory outside the root it says "(unreachable)/…", where libc would look for a path itself.
  char path[PATH_MAX];
  const long length = ::syscall(SYS_getcwd, path, sizeof path);
  if (length < 0 && errno == ERANGE) return {};
  if (length < 0) return os_error(Stage::sec_verify, "cannot read the working directory " + wanted + " back");
  if (path[0] != '/') return Error{Stage::sec_verify, EPERM, "the working directory " + wanted + " leads out of the container"};
  return {};
}

}  // namespace keelson::sec
