#include "client.h"

#include <errno.h>
#include <sys/socket.h>

namespace keelson::supervisor {

namespace {

constexpr size_t kReadAtOnce = 64 * 1024;
constexpr std::chrono::seconds kGoodbye{1};

std::string little_endian(uint64_t value) {
  std::string bytes;
  for (int at = 0; at < 8; ++at) bytes += static_cast<char>(value >> (8 * at) & 0xff);
  return bytes;
}

}  // namespace

Client::~Client() { close(); }

sys::Result<void> Client::begin() {
  return loop_.watch(socket_.get(), EPOLLIN, [weak = weak_from_this()](uint32_t events) {
    if (const auto self = weak.lock()) self->handle(events);
  });
}

void Client::send(FrameType type, std::string_view payload) {
  if (!open() || said_goodbye_) return;
  // What was missed is told in its place: before the EXIT that would end the conversation.
  if (missed_ > 0 && type != FrameType::gap) tell_gap();
  while (payload.size() > kMaxFramePayload) {
    append_frame(output_, type, payload.substr(0, kMaxFramePayload));
    payload.remove_prefix(kMaxFramePayload);
  }
  append_frame(output_, type, payload);
  flush();
}

void Client::send_or_miss(FrameType type, std::string_view payload) {
  if (missed_ > 0 && pending() < kRing / 2) tell_gap();
  if (missed_ > 0 || pending() + payload.size() > kRing) {
    missed_ += payload.size();
    return;
  }
  send(type, payload);
}

void Client::tell_gap() {
  const uint64_t missed = missed_;
  missed_ = 0;
  send(FrameType::gap, little_endian(missed));
}

void Client::hold_input(bool held) {
  held_ = held;
  update_interest();
}

void Client::close_when_sent() {
  if (missed_ > 0) tell_gap();
  closing_ = true;
  if (pending() == 0) say_goodbye();
}

// Were the socket closed while bytes of the client are on their way, its next write would fail, and a client that takes this as the end loses
// what it has not read yet: the exit code.
void Client::say_goodbye() {
  if (!open() || said_goodbye_) return;
  said_goodbye_ = true;
  ::shutdown(socket_.get(), SHUT_WR);
  hold_input(false);
  loop_.after(kGoodbye, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->gone();
  });
}

void Client::close() {
  if (!open()) return;
  loop_.forget(socket_.get());
  socket_.reset();
}

void Client::gone() {
  if (!open()) return;
  close();
  if (on_closed) on_closed();
}

void Client::update_interest() {
  if (open()) loop_.change(socket_.get(), (held_ ? 0u : uint32_t{EPOLLIN}) | (pending() > 0 ? uint32_t{EPOLLOUT} : 0u));
}

void Client::handle(uint32_t events) {
  const auto alive = shared_from_this();
  if ((events & EPOLLOUT) != 0) flush();
  if (open() && (events & EPOLLIN) != 0) return receive();
  if (open() && (events & (EPOLLHUP | EPOLLERR)) != 0) gone();
}

void Client::receive() {
  char bytes[kReadAtOnce];
  const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return gone();
  if (said_goodbye_) return;
  reader_.feed({bytes, static_cast<size_t>(got)});
  while (open()) {
    sys::Result<std::optional<Frame>> frame = reader_.next();
    if (!frame.ok()) return gone();
    if (!frame.value()) return;
    // A copy: a request's handler puts another one in its place.
    if (const auto handler = on_frame) handler(*frame.value());
  }
}

void Client::flush() {
  while (open() && pending() > 0) {
    const ssize_t put = ::send(socket_.get(), output_.data() + sent_, pending(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EAGAIN) break;
    if (put < 0) return gone();
    sent_ += static_cast<size_t>(put);
  }
  if (!open()) return;
  if (pending() == 0) {
    output_.clear();
    sent_ = 0;
    if (closing_) return say_goodbye();
  } else if (sent_ > kRing / 2) {
    output_.erase(0, sent_);
    sent_ = 0;
  }
  update_interest();
  if (pending() == 0 && on_drained) on_drained();
}

}  // namespace keelson::supervisor
