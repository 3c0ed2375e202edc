#include "loop.h"

#include <errno.h>

#include <algorithm>

namespace keelson::supervisor {

using sys::os_error;
using sys::Result;
using sys::Stage;

namespace {
constexpr int kEventsAtOnce = 64;
constexpr std::chrono::milliseconds kRest{100};
}

Result<Loop> Loop::make() {
  sys::UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return os_error(Stage::supervisor_loop, "cannot make an epoll instance");
  return Loop(std::move(epoll));
}

Result<void> Loop::watch(int fd, uint32_t events, Handler handler) {
  const uint64_t key = next_key_++;
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return os_error(Stage::supervisor_loop, "cannot wait for a descriptor");
  watches_.emplace(key, Watch{fd, events, std::make_shared<Handler>(std::move(handler))});
  key_of_[fd] = key;
  return {};
}

void Loop::change(int fd, uint32_t events) {
  const auto key = key_of_.find(fd);
  if (key == key_of_.end()) return;
  Watch& watch = watches_.at(key->second);
  if (watch.events == events) return;
  watch.events = events;
  epoll_event event{};
  event.events = events;
  event.data.u64 = key->second;
  // It takes no memory, so a refusal is not about us; unheard, both sides would wait for ever.
  for (int attempt = 0; attempt < 3 && ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0; ++attempt) {
  }
}

void Loop::forget(int fd) {
  const auto key = key_of_.find(fd);
  if (key == key_of_.end()) return;
  (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  watches_.erase(key->second);
  key_of_.erase(key);
}

void Loop::rest(int fd) {
  const auto key = key_of_.find(fd);
  if (key == key_of_.end()) return;
  const uint32_t events = watches_.at(key->second).events;
  change(fd, 0);
  after(kRest, [this, fd, events, number = key->second] {
    const auto now = key_of_.find(fd);
    if (now != key_of_.end() && now->second == number) change(fd, events);
  });
}

void Loop::after(std::chrono::milliseconds delay, std::function<void()> step) { timers_.emplace(Clock::now() + delay, std::move(step)); }

int Loop::milliseconds_to_next_timer() const {
  if (timers_.empty()) return -1;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(wait, 0, 60'000));
}

void Loop::run_timers() {
  while (!timers_.empty() && timers_.begin()->first <= Clock::now()) {
    const std::function<void()> step = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    step();
  }
}

Result<void> Loop::run() {
  running_ = true;
  epoll_event events[kEventsAtOnce];
  while (running_) {
    const int count = ::epoll_wait(epoll_.get(), events, kEventsAtOnce, milliseconds_to_next_timer());
    if (count < 0 && errno != EINTR) return os_error(Stage::supervisor_loop, "cannot wait for events");
    for (int at = 0; at < count && running_; ++at) {
      const auto found = watches_.find(events[at].data.u64);
      if (found == watches_.end()) continue;
      // A copy: the handler may forget its own registration.
      const std::shared_ptr<Handler> handler = found->second.handler;
      (*handler)(events[at].events);
    }
    run_timers();
  }
  return {};
}

}  // namespace keelson::supervisor
