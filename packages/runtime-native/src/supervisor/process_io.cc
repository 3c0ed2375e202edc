#include "process_io.h"

#include <fcntl.h>
#include <unistd.h>

#include "sys/fs.h"

namespace keelson::supervisor {

using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {

Result<void> make_pipe(UniqueFd& reader, UniqueFd& writer) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return os_error(Stage::proc_stdio, "cannot make a pipe");
  reader = UniqueFd(ends[0]);
  writer = UniqueFd(ends[1]);
  return {};
}

}  // namespace

Result<UniqueFd> duplicate_terminal(const UniqueFd& master) {
  UniqueFd copy(::fcntl(master.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) return os_error(Stage::proc_console, "cannot duplicate the terminal");
  return copy;
}

Result<Pipes> make_pipes(bool terminal, bool stdin_open) {
  Pipes pipes;
  if (terminal) return pipes;
  if (stdin_open)
    KEELSON_TRY(make_pipe(pipes.child.in, pipes.in));
  else
    pipes.child.in = KEELSON_TRY(sys::open_path(Stage::proc_stdio, "/dev/null", O_RDONLY));
  KEELSON_TRY(make_pipe(pipes.out, pipes.child.out));
  KEELSON_TRY(make_pipe(pipes.err, pipes.child.err));
  return pipes;
}

}  // namespace keelson::supervisor
