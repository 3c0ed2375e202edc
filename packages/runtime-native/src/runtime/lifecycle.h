// What `create`, `start`, `run` and `delete` are made of.
#pragma once

#include <optional>
#include <string>

#include "proc/container.h"
#include "spec/container_spec.h"
#include "verbs.h"

namespace keelson::runtime {

struct CreateOptions {
  std::string bundle;
  std::string console_socket;
  std::string pid_file;
  unsigned kept_files = 0;
  bool serves_terminal = false;  // we stay and serve it ourselves
};

struct Created {
  Container container;
  proc::StartedProcess process;
  spec::ContainerSpec spec;
};

// Everything but the program: its process waits at the gate. When it fails nothing is left.
sys::Result<Created> create_container(const Context& context, const std::string& id, const CreateOptions& options);

// Lets it in, and runs the poststart hooks.
sys::Result<void> start_container(const Context& context, const Container& container, const spec::ContainerSpec& spec);

// What is left of one that has ended, poststop hooks included. Its processes are killed.
sys::Result<void> remove_container(const Context& context, Container& container);

// The spec that the container was made with.
sys::Result<spec::ContainerSpec> saved_spec(const Container& container);

// Files 3, 4, … of the caller that the process is to have: those asked for and those of LISTEN_FDS (sd_listen_fds(3)). Fails where one is not open.
sys::Result<unsigned> kept_files(const std::string& asked);

// Our own standard streams for a process without a terminal.
sys::Result<proc::ChildIo> inherited_streams();

// Digits alone, put in place when whole.
sys::Result<void> write_pid_file(const std::string& path, pid_t pid);

// Of a relative path, before we go elsewhere.
std::string from_here(const std::string& path);

}  // namespace keelson::runtime
