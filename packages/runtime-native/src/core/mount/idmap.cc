#include "mount/idmap.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "sys/fs.h"
#include "sys/scope_exit.h"

namespace keelson::mount {

using sys::Result;
using sys::Stage;

Result<sys::UniqueFd> idmap_namespace(const IdShift& shift) {
  const pid_t parent = ::getpid();
  const pid_t child = static_cast<pid_t>(::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
  if (child < 0) return sys::os_error(Stage::mount_idmap, "cannot make a user namespace for an id mapping");
  if (child == 0) {
    // Not to outlive a parent that is killed, also one that was before this line.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || ::getppid() != parent) ::_exit(1);
    for (;;) ::pause();
  }
  sys::ScopeExit reap([child] {
    ::kill(child, SIGKILL);
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  });

  const std::string process = "/proc/" + std::to_string(child);
  const std::string map = std::to_string(shift.from) + ' ' + std::to_string(shift.to) + ' ' + std::to_string(shift.size) + '\n';
  KEELSON_TRY(sys::write_value(Stage::mount_idmap, process + "/uid_map", map));
  KEELSON_TRY(sys::write_value(Stage::mount_idmap, process + "/gid_map", map));
  return sys::open_path(Stage::mount_idmap, process + "/ns/user", O_RDONLY | O_CLOEXEC);
}

}  // namespace keelson::mount
