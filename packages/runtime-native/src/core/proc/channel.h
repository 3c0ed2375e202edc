// What the two halves of a start say to each other between clone and execve: typed messages over a socket pair that closes itself
// on exec, so that the end of the stream means success.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::proc {

enum class MessageKind : uint8_t {
  failed = 1,   // child: an error, then it exits
  console = 2,  // child: carries the master side of the pty
  ready = 3,    // child: everything is in place but the exec
  proceed = 4,  // parent: the next step may begin
};

struct Message {
  MessageKind kind = MessageKind::failed;
  sys::Error error;    // with failed
  sys::UniqueFd file;  // with console
};

class Channel {
 public:
  // The parent's end, the child's end.
  static sys::Result<std::pair<Channel, Channel>> pair();

  sys::Result<void> send(MessageKind kind, int file = -1) const;
  sys::Result<void> send_error(const sys::Error& error) const;

  // The next message; nothing once the other side is gone. Waits at most a minute.
  sys::Result<std::optional<Message>> receive() const;

  // The next message, which must be `kind`: a told error is returned as it is, any other message and a silent end by name.
  sys::Result<Message> expect(MessageKind kind) const;

  // Waits for the end of the stream, which is a successful exec.
  sys::Result<void> expect_end() const;

  int fd() const { return socket_.get(); }
  void close() { socket_.reset(); }

 private:
  explicit Channel(sys::UniqueFd socket) : socket_(std::move(socket)) {}
  sys::UniqueFd socket_;
};

}  // namespace keelson::proc
