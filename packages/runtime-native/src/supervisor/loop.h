// The one thread of a supervisor: waits for descriptors and timers, calls whoever registered (epoll(7)).
#pragma once

#include <sys/epoll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {

class Loop {
 public:
  using Handler = std::function<void(uint32_t events)>;
  using Clock = std::chrono::steady_clock;

  static sys::Result<Loop> make();

  // Calls `handler` while `events` (EPOLLIN, EPOLLOUT, or 0 for hang-ups only) hold for `fd`. The owner of the descriptor forgets it before closing it.
  sys::Result<void> watch(int fd, uint32_t events, Handler handler);
  void change(int fd, uint32_t events);
  void forget(int fd);
  // Asks nothing of the descriptor for a moment: for one that would tell the same again at once.
  void rest(int fd);

  void after(std::chrono::milliseconds delay, std::function<void()> step);

  // Returns after stop() or when waiting itself fails.
  sys::Result<void> run();
  void stop() { running_ = false; }

 private:
  struct Watch {
    int fd;
    uint32_t events;
    std::shared_ptr<Handler> handler;
  };
  explicit Loop(sys::UniqueFd epoll) : epoll_(std::move(epoll)) {}
  int milliseconds_to_next_timer() const;
  void run_timers();

  sys::UniqueFd epoll_;
  bool running_ = false;
  // Numbers of registrations are never used twice: an event that was fetched before its descriptor was forgotten finds nobody, even
  // when the descriptor's number has a new owner.
  uint64_t next_key_ = 1;
  std::unordered_map<uint64_t, Watch> watches_;
  std::unordered_map<int, uint64_t> key_of_;
  std::multimap<Clock::time_point, std::function<void()>> timers_;
};

}  // namespace keelson::supervisor
