// The standard streams of a process as a supervisor holds them: pipes, or one terminal.
#pragma once

#include "input_pipe.h"
#include "output_pipe.h"
#include "proc/container.h"
#include "sys/result.h"

namespace keelson::supervisor {

// Both ends of what a process is started with. Without a terminal: pipes, and /dev/null as stdin where nobody will write to it.
struct Pipes {
  proc::ChildIo child;
  sys::UniqueFd in;
  sys::UniqueFd out;
  sys::UniqueFd err;
};
sys::Result<Pipes> make_pipes(bool terminal, bool stdin_open);

}  // namespace keelson::supervisor
