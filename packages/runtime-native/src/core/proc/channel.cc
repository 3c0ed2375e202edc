#include "proc/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>

namespace keelson::proc {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

namespace {

constexpr size_t kMaxDetail = 1024;

// One packet: sequenced packets keep their borders, and a message is never larger than one.
struct Packet {
  MessageKind kind;
  Stage stage;
  uint16_t length;
  int32_t err;
  char detail[kMaxDetail];
};

const char* name_of(MessageKind kind) {
  switch (kind) {
    case MessageKind::failed:
      return "failed";
    case MessageKind::console:
      return "console";
    case MessageKind::ready:
      return "ready";
    case MessageKind::proceed:
      return "proceed";
    case MessageKind::joined:
      return "joined";
    case MessageKind::mounted:
      return "mounted";
  }
  return "unknown";
}

Result<void> send_packet(int socket, const Packet& packet, int file) {
  iovec bytes{const_cast<Packet*>(&packet), offsetof(Packet, detail) + packet.length};
  msghdr header{};
  header.msg_iov = &bytes;
  header.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  if (file >= 0) {
    memset(control, 0, sizeof control);
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(rights), &file, sizeof file);
  }
  if (::sendmsg(socket, &header, MSG_NOSIGNAL) < 0)
    return os_error(Stage::proc_sync, std::string("cannot send the message ") + name_of(packet.kind));
  return {};
}

UniqueFd received_file(msghdr& header) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    int file = -1;
    memcpy(&file, CMSG_DATA(part), sizeof file);
    return UniqueFd(file);
  }
  return {};
}

}  // namespace

Result<std::pair<Channel, Channel>> Channel::pair(unsigned patience_seconds) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return os_error(Stage::proc_sync, "cannot make a socket pair");
  std::pair<Channel, Channel> both{Channel(UniqueFd(ends[0])), Channel(UniqueFd(ends[1]))};
  const timeval patience{static_cast<time_t>(patience_seconds), 0};
  for (int end : ends)
    if (::setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
      return os_error(Stage::proc_sync, "cannot bound the wait on a socket");
  return both;
}

Result<void> Channel::send(MessageKind kind, int file) const {
  Packet packet{};
  packet.kind = kind;
  return send_packet(fd(), packet, file);
}

Result<void> Channel::send_error(const Error& error) const {
  Packet packet{};
  packet.kind = MessageKind::failed;
  packet.stage = error.stage;
  packet.err = error.err;
  packet.length = static_cast<uint16_t>(std::min(error.detail.size(), kMaxDetail));
  memcpy(packet.detail, error.detail.data(), packet.length);
  return send_packet(fd(), packet, -1);
}

Result<std::optional<Message>> Channel::receive() const {
  Packet packet{};
  iovec bytes{&packet, sizeof packet};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr header{};
  header.msg_iov = &bytes;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t got;
  do {
    got = ::recvmsg(fd(), &header, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  // A process that died with a message unread resets the connection.
  if (got == 0 || (got < 0 && errno == ECONNRESET)) return std::optional<Message>();
  if (got < 0 && errno == EAGAIN) return Error{Stage::proc_sync, ETIMEDOUT, "the starting process said nothing for too long"};
  if (got < 0) return os_error(Stage::proc_sync, "cannot receive from the starting process");
  Message message;
  message.kind = packet.kind;
  message.error = Error{packet.stage, packet.err, std::string(packet.detail, std::min<size_t>(packet.length, kMaxDetail))};
  message.file = received_file(header);
  return std::optional<Message>(std::move(message));
}

Result<Message> Channel::expect(MessageKind kind) const {
  std::optional<Message> message = KEELSON_TRY(receive());
  if (!message) return Error{Stage::proc_sync, ECHILD, std::string("the process ended before it said \"") + name_of(kind) + "\""};
  if (message->kind == MessageKind::failed) return message->error;
  if (message->kind != kind)
    return Error{Stage::proc_sync, EPROTO, std::string("\"") + name_of(message->kind) + "\" came instead of \"" + name_of(kind) + "\""};
  return std::move(*message);
}

Result<void> Channel::expect_end() const {
  std::optional<Message> message = KEELSON_TRY(receive());
  if (!message) return {};
  if (message->kind == MessageKind::failed) return message->error;
  return Error{Stage::proc_sync, EPROTO, std::string("\"") + name_of(message->kind) + "\" came instead of an exec"};
}

}  // namespace keelson::proc
