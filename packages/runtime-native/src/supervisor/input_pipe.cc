#include "input_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace keelson::supervisor {

void InputPipe::open(sys::UniqueFd fd) {
  (void)::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  fd_ = std::move(fd);
  // Hang-ups are told without being asked for: the reader is gone.
  if (!loop_.watch(fd_.get(), 0, [this](uint32_t events) { (events & EPOLLOUT) != 0 ? flush() : close(); }).ok()) fd_.reset();
}

bool InputPipe::write(std::string_view bytes) {
  if (!is_open() || ending_) return true;
  waiting_ += bytes;
  flush();
  if (!is_open()) return true;
  full_ = waiting_.size() - taken_ > kEnough;
  return !full_;
}

void InputPipe::end() {
  ending_ = true;
  flush();
}

void InputPipe::close() {
  if (!is_open()) return;
  loop_.forget(fd_.get());
  fd_.reset();
  waiting_.clear();
  taken_ = 0;
  // A writer that waits for room would wait for ever, and be deaf to everything else.
  if (!std::exchange(full_, false)) return;
  if (on_room) on_room();
}

void InputPipe::flush() {
  while (is_open() && taken_ < waiting_.size()) {
    const ssize_t put = ::write(fd_.get(), waiting_.data() + taken_, waiting_.size() - taken_);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EAGAIN) break;
    if (put < 0) return close();
    taken_ += static_cast<size_t>(put);
  }
  if (!is_open()) return;
  if (taken_ == waiting_.size()) {
    waiting_.clear();
    taken_ = 0;
    if (ending_) return close();
  }
  loop_.change(fd_.get(), waiting_.empty() ? 0 : uint32_t{EPOLLOUT});
  if (!full_ || waiting_.size() - taken_ > kEnough / 2) return;
  full_ = false;
  if (on_room) on_room();
}

}  // namespace keelson::supervisor
