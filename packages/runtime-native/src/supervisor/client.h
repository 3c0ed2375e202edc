// One connection to the control socket: frames in, frames out, a bound on what waits to be sent.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "frame.h"
#include "loop.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {

class Client : public std::enable_shared_from_this<Client> {
 public:
  // What an attached client may lag behind before it misses output (README.md, "attach").
  static constexpr size_t kRing = 1024 * 1024;

  Client(Loop& loop, sys::UniqueFd socket) : loop_(loop), socket_(std::move(socket)) {}
  ~Client();
  Client(const Client&) = delete;

  // Called with each whole frame; until it is set, frames wait.
  std::function<void(const Frame&)> on_frame;
  // Called once when the other side is gone or broke the protocol; never after close().
  std::function<void()> on_closed;
  // Called when everything was sent that had to wait.
  std::function<void()> on_drained;

  sys::Result<void> begin();

  void send(FrameType type, std::string_view payload);
  // For a client that must not hold anybody up: what does not fit is counted, and the count is told as soon as there is room.
  void send_or_miss(FrameType type, std::string_view payload);

  size_t pending() const { return output_.size() - sent_; }
  // Stops reading from the client, so that it waits, and goes on again.
  void hold_input(bool held);

  // The end of the conversation: what waits is sent, then the client is to close; one that does not is let go after a while.
  void close_when_sent();
  void close();
  bool open() const { return static_cast<bool>(socket_); }

 private:
  void handle(uint32_t events);
  void receive();
  void flush();
  void tell_gap();
  void say_goodbye();
  void gone();
  void update_interest();

  Loop& loop_;
  sys::UniqueFd socket_;
  FrameReader reader_;
  std::string output_;
  size_t sent_ = 0;
  uint64_t missed_ = 0;
  bool held_ = false;
  bool closing_ = false;
  bool said_goodbye_ = false;
};

}  // namespace keelson::supervisor
