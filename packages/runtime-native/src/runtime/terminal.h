// Terminals: handed to the caller over its socket, or served by ourselves where nobody else does.
#pragma once

#include <string>

#include "proc/container.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::runtime {

// Connects to the unix socket `path` and sends the master side of a terminal, with a name for it as conmon and containerd expect.
sys::Result<void> send_console(const std::string& path, int master);

// Waits for our child's end, hands our signals on to it, and serves its terminal where it has one: our standard input and output become the terminal.
// Returns the exit status, 128 and the number for a signal.
sys::Result<int> attend(const proc::StartedProcess& process);

}  // namespace keelson::runtime
