// Bytes on their way out of a process: its stdout or stderr pipe, or the master side of its terminal.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "loop.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {

class OutputPipe {
 public:
  using Sink = std::function<void(std::string_view bytes)>;

  explicit OutputPipe(Loop& loop) : loop_(loop) {}
  ~OutputPipe() { close(); }

  void open(sys::UniqueFd fd, Sink sink);
  bool is_open() const { return static_cast<bool>(fd_); }

  // Called when the last writer is gone.
  std::function<void()> on_end;

  // A paused pipe fills up, and its writer waits.
  void pause(bool paused);
  // Reads what is there now, paused or not, at most `limit` bytes, without waiting; for after the process' end.
  void drain(size_t limit);
  void close();

 private:
  enum class Got { some, nothing_now, end };
  Got read_once();
  void handle();

  Loop& loop_;
  sys::UniqueFd fd_;
  Sink sink_;
  bool paused_ = false;
  bool terminal_ = false;
  // Lets a timer find out that we are gone.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace keelson::supervisor
