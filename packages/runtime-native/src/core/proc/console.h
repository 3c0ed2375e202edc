// The pty of a process, allocated in the container's own devpts (pts(4), ioctl_tty(2)).
#pragma once

#include <sys/types.h>

#include "spec/container_spec.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::proc {

struct Console {
  sys::UniqueFd master;
  sys::UniqueFd slave;
};

// Child side. `devpts` is the opened directory; the slave belongs to the process' user.
sys::Result<Console> open_console(int devpts, const spec::Process& process);

// Child side: the slave becomes the controlling terminal and standard streams.
sys::Result<void> adopt_console(sys::UniqueFd slave);

// TIOCSWINSZ on the master side; the foreground process group gets SIGWINCH.
sys::Result<void> resize_console(int master, uint16_t rows, uint16_t cols);

}  // namespace keelson::proc
