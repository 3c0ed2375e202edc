// Bytes on their way into a process: its stdin pipe, or the master side of its terminal.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "loop.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {

class InputPipe {
 public:
  // Above it writers are asked to wait; it is also what a frame may add beyond it, so the bound is twice this.
  static constexpr size_t kEnough = 1024 * 1024;

  explicit InputPipe(Loop& loop) : loop_(loop) {}
  ~InputPipe() {
    on_room = nullptr;
    close();
  }

  // Of a terminal: a duplicate of the master side, which is read elsewhere.
  void open(sys::UniqueFd fd);
  bool is_open() const { return static_cast<bool>(fd_); }

  // Called when there is room again after write() said no, or nobody is left to make any.
  std::function<void()> on_room;

  // False: taken, but please wait for on_room. Without a reader the bytes are dropped, as a shell's are.
  bool write(std::string_view bytes);
  // Once everything was taken.
  void end();
  void close();

 private:
  void flush();

  Loop& loop_;
  sys::UniqueFd fd_;
  std::string waiting_;
  size_t taken_ = 0;
  bool ending_ = false;
  bool full_ = false;
};

}  // namespace keelson::supervisor
