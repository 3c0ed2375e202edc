// Owner of one file descriptor: closes it once, moves but never copies.
#pragma once

#include <errno.h>
#include <unistd.h>

#include <utility>

namespace keelson::sys {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  // Gives the descriptor up: the caller closes it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

  // close(2) is not retried on EINTR: Linux has freed the number by then. errno survives, so that an error
  // path may let descriptors go before it reports.
  void reset(int fd = -1) {
    int old = std::exchange(fd_, fd);
    if (old < 0 || old == fd) return;
    int saved = errno;
    ::close(old);
    errno = saved;
  }

 private:
  int fd_ = -1;
};

}  // namespace keelson::sys
