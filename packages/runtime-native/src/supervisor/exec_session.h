// One further process in the container and the client that asked for it.
#pragma once

#include <memory>

#include "client.h"
#include "input_pipe.h"
#include "output_pipe.h"
#include "process_io.h"
#include "sys/result.h"

namespace keelson::supervisor {

class ExecSession : public std::enable_shared_from_this<ExecSession> {
 public:
  ExecSession(Loop& loop, std::shared_ptr<Client> client, proc::StartedProcess process)
      : loop_(loop), client_(std::move(client)), process_(std::move(process)), in_(loop), out_(loop), err_(loop) {}

  // What the client asked for besides the process.
  struct Wish {
    bool with_stdin = false;
    bool ends_with_client = false;  // killed when the client goes, not left to itself
  };

  sys::Result<void> begin(Pipes pipes, Wish wish);

  // The process has ended with this wait status (waitpid(2)): the rest of its output follows, then EXIT.
  void ended(int status);

  // Nothing is left to do: the process has ended, and the client has everything or is gone.
  bool done() const { return status_ && !client_->open(); }

 private:
  // What may wait for the client before the process has to.
  static constexpr size_t kAhead = 256 * 1024;

  void take_output(FrameType type, std::string_view bytes);
  void take_frame(const Frame& frame);
  void resume_output();
  void tell_exit();

  Loop& loop_;
  std::shared_ptr<Client> client_;
  proc::StartedProcess process_;
  InputPipe in_;
  OutputPipe out_;
  OutputPipe err_;
  sys::UniqueFd console_;
  std::optional<int> status_;
};

}  // namespace keelson::supervisor
