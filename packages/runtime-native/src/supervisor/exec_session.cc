#include "exec_session.h"

#include <sys/wait.h>
#include <unistd.h>

#include "exit_status.h"
#include "proc/console.h"
#include "small_frames.h"
#include "spec/json_text.h"
#include "sys/syscalls.h"

namespace keelson::supervisor {

using sys::Result;

Result<void> ExecSession::begin(Pipes pipes, Wish wish) {
  const auto to = [this](FrameType type) { return [this, type](std::string_view bytes) { take_output(type, bytes); }; };
  if (process_.console) {
    console_ = KEELSON_TRY(duplicate_terminal(process_.console));
    if (wish.with_stdin) in_.open(KEELSON_TRY(duplicate_terminal(process_.console)));
    out_.open(std::move(process_.console), to(FrameType::stdout_bytes));
  } else {
    if (pipes.in) in_.open(std::move(pipes.in));
    out_.open(std::move(pipes.out), to(FrameType::stdout_bytes));
    err_.open(std::move(pipes.err), to(FrameType::stderr_bytes));
  }
  in_.on_room = [this] { client_->hold_input(false); };
  client_->on_frame = [this](const Frame& frame) { take_frame(frame); };
  client_->on_drained = [this] { resume_output(); };
  client_->on_closed = [this, wish] {
    if (wish.ends_with_client && !status_) (void)sys::pidfd_send_signal(process_.pidfd.get(), SIGKILL);
    // The process lives on without an audience: its output is read and thrown away, its input ends.
    in_.end();
    resume_output();
  };
  return {};
}

void ExecSession::take_output(FrameType type, std::string_view bytes) {
  if (!client_->open()) return;
  client_->send(type, bytes);
  if (client_->pending() < kAhead) return;
  out_.pause(true);
  err_.pause(true);
}

void ExecSession::resume_output() {
  if (status_) return;
  out_.pause(false);
  err_.pause(false);
}

void ExecSession::take_frame(const Frame& frame) {
  if (frame.type == FrameType::stdin_bytes && !in_.write(frame.payload)) client_->hold_input(true);
  if (frame.type == FrameType::stdin_eof && !console_) in_.end();
  if (frame.type == FrameType::resize && console_)
    if (const auto size = parse_resize(frame.payload)) (void)proc::resize_console(console_.get(), size->rows, size->cols);
  if (frame.type == FrameType::signal && !status_)
    if (const auto signal = parse_signal(frame.payload)) (void)sys::pidfd_send_signal(process_.pidfd.get(), *signal);
}

void ExecSession::ended(int status) {
  status_ = status;
  // What the process wrote is in the pipes already; a child of it that holds them open is not waited for.
  out_.drain(kMostLeft);
  err_.drain(kMostLeft);
  out_.close();
  err_.close();
  in_.close();
  tell_exit();
}

void ExecSession::tell_exit() {
  const ExitStatus exit = exit_status_of(*status_);
  client_->send(FrameType::exit, spec::JsonText().add("exitCode", exit.code).add("signal", exit.signal).text());
  client_->close_when_sent();
}

}  // namespace keelson::supervisor
