#include "output_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace keelson::supervisor {

namespace {

constexpr size_t kReadAtOnce = 64 * 1024;

// While nobody has the terminal open, it hangs up at every look; asking again this often finds the next opener.
constexpr std::chrono::milliseconds kTerminalRetry{50};

bool is_character_device(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISCHR(status.st_mode);
}

}  // namespace

void OutputPipe::open(sys::UniqueFd fd, Sink sink) {
  (void)::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  terminal_ = is_character_device(fd.get());
  fd_ = std::move(fd);
  sink_ = std::move(sink);
  if (!loop_.watch(fd_.get(), EPOLLIN, [this](uint32_t) { handle(); }).ok()) close();
}

void OutputPipe::pause(bool paused) {
  if (!is_open() || paused_ == paused) return;
  paused_ = paused;
  // Forgotten, not only unasked: a hang-up is told in any case and would spin the loop.
  if (paused)
    loop_.forget(fd_.get());
  else if (!loop_.watch(fd_.get(), EPOLLIN, [this](uint32_t) { handle(); }).ok())
    close();
}

OutputPipe::Got OutputPipe::read_once() {
  char bytes[kReadAtOnce];
  ssize_t got;
  do {
    got = ::read(fd_.get(), bytes, sizeof bytes);
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    sink_({bytes, static_cast<size_t>(got)});
    return Got::some;
  }
  if (got < 0 && errno == EAGAIN) return Got::nothing_now;
  // A terminal says EIO when no one has its inner side open (pty(7)); for a pipe 0 is the end.
  return Got::end;
}

void OutputPipe::handle() {
  if (read_once() != Got::end) return;
  if (terminal_) {
    pause(true);
    return loop_.after(kTerminalRetry, [this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired()) pause(false);
    });
  }
  close();
  if (on_end) on_end();
}

void OutputPipe::drain(size_t limit) {
  size_t taken = 0;
  while (is_open() && taken < limit) {
    if (read_once() != Got::some) return;
    taken += kReadAtOnce;
  }
}

void OutputPipe::close() {
  if (!is_open()) return;
  loop_.forget(fd_.get());
  fd_.reset();
}

}  // namespace keelson::supervisor
