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
  mounted = 5,  // child: all mounts are made, the pivot is next
  joined = 6,   // child: it is in the user namespace that exists, and the others are made
};

struct Message {
  MessageKind kind = MessageKind::failed;
  sys::Error error;    // with failed
  sys::UniqueFd file;  // with console
};

class Channel {
 public:
  static constexpr unsigned kPatience = 60;  // seconds

  // The parent's end, the child's end. `patience`: the longest wait for a message, in seconds.
  static sys::Result<std::pair<Channel, Channel>> pair(unsigned patience = kPatience);

  sys::Result<void> send(MessageKind kind, int file = -1) const;
  sys::Result<void> send_error(const sys::Error& error) const;

  // The next message; nothing once the other side is gone. Fails with ETIMEDOUT when patience ends.
  sys::Result<std::optional<Message>> receive() const;

  // The next message, which must be `kind`: a told error is returned as it is, any other message and a silent end by name.
  sys::Result<Message> expect(MessageKind kind) const;

  // Waits for the end of the stream, which is a successful exec.
  sys::Result<void> expect_end() const;

  // One end of a connected SOCK_SEQPACKET socket.
  explicit Channel(sys::UniqueFd socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }
  void close() { socket_.reset(); }

 private:
  sys::UniqueFd socket_;
};

}  // namespace keelson::proc
