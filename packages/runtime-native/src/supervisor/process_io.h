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

// Input and output of a terminal are watched apart, each by a descriptor of its own.
sys::Result<sys::UniqueFd> duplicate_terminal(const sys::UniqueFd& master);

// What a process can have left in one of its streams when it ends: a pipe holds 64 KiB, or up to 1 MiB where it asked for more (pipe-max-size).
inline constexpr size_t kMostLeft = 2 * 1024 * 1024;

}  // namespace keelson::supervisor
