#include "proc/console.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <termios.h>
#include <unistd.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

namespace keelson::proc {

using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

Result<Console> open_console(int devpts, const spec::Process& process) {
  // The name /dev/pts is the container's to change for a process that joins it later; the filesystem behind it is not.
  struct statfs filesystem {};
  if (::fstatfs(devpts, &filesystem) != 0 || filesystem.f_type != DEVPTS_SUPER_MAGIC)
    return sys::Error{Stage::proc_console, ENOTTY, "/dev/pts of the container is no devpts, so there is no terminal"};
  Console console;
  console.master = UniqueFd(::openat(devpts, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!console.master) return os_error(Stage::proc_console, "cannot open a terminal of the container");
  int unlocked = 0;
  if (::ioctl(console.master.get(), TIOCSPTLCK, &unlocked) != 0) return os_error(Stage::proc_console, "cannot unlock the terminal");
  // By descriptor, not by the name /dev/pts/N, which is the container's to change.
  console.slave = UniqueFd(::ioctl(console.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!console.slave) return os_error(Stage::proc_console, "cannot open the inner side of the terminal");
  if (::fchown(console.slave.get(), process.user.uid, static_cast<gid_t>(-1)) != 0)
    return os_error(Stage::proc_console, "cannot give the terminal to the container's user");
  if (process.console_rows > 0 && process.console_cols > 0)
    KEELSON_TRY(resize_console(console.master.get(), process.console_rows, process.console_cols));
  return console;
}

Result<void> adopt_console(UniqueFd slave) {
  if (::ioctl(slave.get(), TIOCSCTTY, 0) != 0) return os_error(Stage::proc_console, "cannot make the terminal the controlling one");
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::dup2(slave.get(), stream) < 0) return os_error(Stage::proc_console, "cannot put the terminal on a standard stream");
  return {};
}

Result<void> resize_console(int master, uint16_t rows, uint16_t cols) {
  winsize size{};
  size.ws_row = rows;
  size.ws_col = cols;
  if (::ioctl(master, TIOCSWINSZ, &size) != 0) return os_error(Stage::proc_console, "cannot resize the terminal");
  return {};
}

}  // namespace keelson::proc
