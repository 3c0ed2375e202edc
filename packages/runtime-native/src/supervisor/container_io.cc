#include "container_io.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "clock.h"
#include "proc/console.h"
#include "small_frames.h"

namespace keelson::supervisor {

using sys::Result;
using sys::Stage;
using sys::UniqueFd;

Result<void> ContainerIo::begin(Pipes pipes, UniqueFd console, bool stdin_open) {
  in_.on_room = [this] { hold_writers(false); };
  const auto to = [this](LogStream stream) { return [this, stream](std::string_view bytes) { take_output(stream, bytes); }; };
  if (console) {
    console_ = KEELSON_TRY(duplicate_terminal(console));
    if (stdin_open) in_.open(KEELSON_TRY(duplicate_terminal(console)));
    out_.open(std::move(console), to(LogStream::out));
    return {};
  }
  if (pipes.in) in_.open(std::move(pipes.in));
  out_.open(std::move(pipes.out), to(LogStream::out));
  err_.open(std::move(pipes.err), to(LogStream::err));
  return {};
}

void ContainerIo::take_output(LogStream stream, std::string_view bytes) {
  // A full disk costs log lines, never the container; the first failure is told, the rest would say the same.
  if (const Result<void> logged = log_.append(stream, bytes, nanoseconds_since_epoch()); !logged.ok() && !log_failed_) {
    log_failed_ = true;
    (void)!::write(STDERR_FILENO, logged.error().detail.data(), logged.error().detail.size());
  }
  const FrameType type = stream == LogStream::out ? FrameType::stdout_bytes : FrameType::stderr_bytes;
  std::erase_if(attached_, [](const std::weak_ptr<Client>& weak) { return weak.expired(); });
  for (const std::weak_ptr<Client>& weak : attached_)
    if (const auto client = weak.lock()) client->send_or_miss(type, bytes);
}

void ContainerIo::attach(const std::shared_ptr<Client>& client, bool with_stdin) {
  attached_.push_back(client);
  client->on_frame = [this, with_stdin, weak = std::weak_ptr(client)](const Frame& frame) {
    const auto self = weak.lock();
    if (self && (with_stdin || frame.type == FrameType::resize)) take_input(self, frame);
  };
}

void ContainerIo::take_input(const std::shared_ptr<Client>& client, const Frame& frame) {
  if (frame.type == FrameType::stdin_bytes && !in_.write(frame.payload)) client->hold_input(true);
  // A terminal has no end of input of its own; the end-of-file character is the client's to type.
  if (frame.type == FrameType::stdin_eof && !console_) in_.end();
  if (frame.type == FrameType::resize)
    if (const auto size = parse_resize(frame.payload)) (void)resize(size->rows, size->cols);
}

void ContainerIo::hold_writers(bool held) {
  for (const std::weak_ptr<Client>& weak : attached_)
    if (const auto client = weak.lock()) client->hold_input(held);
}

Result<void> ContainerIo::resize(uint16_t rows, uint16_t cols) {
  if (!console_) return sys::Error{Stage::proc_console, ENOTTY, "the container has no terminal"};
  return proc::resize_console(console_.get(), rows, cols);
}

void ContainerIo::finish() {
  for (OutputPipe* pipe : {&out_, &err_}) {
    pipe->drain(kMostLeft);
    pipe->close();
  }
  in_.close();
  console_.reset();
}

}  // namespace keelson::supervisor
