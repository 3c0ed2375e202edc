#include "layer/helper_channel.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

namespace keelson::layer {
namespace {

using sys::Error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

constexpr size_t kMaxDetail = 6144;
constexpr size_t kMaxEntry = 4096;

enum class MessageType : uint32_t { set_opaque = 1, make_device = 2, done = 3, failed = 4 };

struct Message {
  MessageType type{};
  uint32_t mode = 0;
  uint32_t major = 0;
  uint32_t minor = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint64_t bytes = 0;
  uint64_t entries = 0;
  uint32_t stage = 0;
  int32_t err = 0;
  char name[256] = {};
  uint32_t detail_size = 0;
  uint32_t entry_size = 0;
  char detail[kMaxDetail] = {};
  char entry[kMaxEntry] = {};
};

struct Reply {
  int32_t err = 0;
};

union ControlBuffer {
  char bytes[CMSG_SPACE(sizeof(int))];
  cmsghdr align;
};

bool send_message(int socket, const Message& message, int fd) {
  iovec part{const_cast<Message*>(&message), sizeof message};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  ControlBuffer control{};
  if (fd >= 0) {
    header.msg_control = control.bytes;
    header.msg_controllen = sizeof control.bytes;
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    ::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  }
  ssize_t sent;
  do {
    sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(sizeof message);
}

// False at the end of the connection or for anything but one whole message. Room for one descriptor only: the kernel
// closes further ones (recvmsg(2), MSG_CTRUNC).
bool receive_message(int socket, Message& message, UniqueFd& fd) {
  iovec part{&message, sizeof message};
  ControlBuffer control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes;
  header.msg_controllen = sizeof control.bytes;
  ssize_t got;
  do {
    got = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  fd.reset();
  if (got < 0) return false;
  cmsghdr* rights = CMSG_FIRSTHDR(&header);
  if (rights != nullptr && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS &&
      rights->cmsg_len == CMSG_LEN(sizeof(int))) {
    int received = -1;
    ::memcpy(&received, CMSG_DATA(rights), sizeof received);
    fd.reset(received);
  }
  return got == static_cast<ssize_t>(sizeof message) && (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
}

// A directory of this layer, seen through the child's own mount of it: nothing else can be reached by the request.
bool is_our_directory(int fd, const HelperPolicy& policy) {
  struct statx about {};
  if (fd < 0 || ::statx(fd, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_MNT_ID, &about) != 0) {
    return false;
  }
  return S_ISDIR(about.stx_mode) && makedev(about.stx_dev_major, about.stx_dev_minor) == policy.device &&
         (about.stx_mask & STATX_MNT_ID) != 0 && about.stx_mnt_id == policy.mount_id &&
         about.stx_uid >= policy.uid_base && about.stx_uid - policy.uid_base < kIds;
}

bool is_single_name(const char (&name)[256]) {
  size_t length = ::strnlen(name, sizeof name);
  if (length == 0 || length == sizeof name || ::memchr(name, '/', length) != nullptr) return false;
  return ::strcmp(name, ".") != 0 && ::strcmp(name, "..") != 0;
}

int32_t set_opaque(int fd) {
  // An O_PATH descriptor fails here (EBADF), as it should.
  return ::fsetxattr(fd, "trusted.overlay.opaque", "y", 1, 0) == 0 ? 0 : errno;
}

int32_t make_device(int fd, const Message& request, const HelperPolicy& policy) {
  mode_t type = request.mode & S_IFMT;
  if (!is_single_name(request.name) || (type != S_IFCHR && type != S_IFBLK) || (request.mode & ~(S_IFMT | 0777U)) != 0 ||
      request.uid >= kIds || request.gid >= kIds || request.major > 0xfff || request.minor > 0xfffff) {
    return EINVAL;
  }
  if (::mknodat(fd, request.name, request.mode, makedev(request.major, request.minor)) != 0) return errno;
  if (::fchownat(fd, request.name, policy.uid_base + request.uid, policy.uid_base + request.gid, AT_SYMLINK_NOFOLLOW) != 0) {
    int err = errno;
    ::unlinkat(fd, request.name, 0);
    return err;
  }
  return 0;
}

Outcome outcome_of(const Message& message) {
  Outcome outcome;
  outcome.ok = message.type == MessageType::done;
  outcome.bytes = message.bytes;
  outcome.entries = message.entries;
  if (outcome.ok) return outcome;
  bool known = message.stage <= static_cast<uint32_t>(Stage::layer_sync);
  outcome.error.stage = known ? static_cast<Stage>(message.stage) : Stage::layer_helper;
  outcome.error.err = message.err;
  outcome.error.detail.assign(message.detail, std::min<size_t>(message.detail_size, kMaxDetail));
  outcome.entry.assign(message.entry, std::min<size_t>(message.entry_size, kMaxEntry));
  return outcome;
}

Outcome child_gone() {
  Outcome outcome;
  outcome.error = Error{Stage::layer_helper, 0, "the unpacking process ended without a result"};
  return outcome;
}

Result<void> ask(int socket, const Message& request, int fd, Stage stage, const char* what) {
  Reply reply;
  if (!send_message(socket, request, fd)) return sys::os_error(Stage::layer_helper, "cannot ask the helper");
  ssize_t got;
  do {
    got = ::recv(socket, &reply, sizeof reply, 0);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof reply)) return Error{Stage::layer_helper, EPIPE, "the helper does not answer"};
  if (reply.err != 0) return sys::os_error(stage, what, reply.err);
  return {};
}

}  // namespace

Result<void> HelperClient::set_opaque(int directory) {
  Message request;
  request.type = MessageType::set_opaque;
  return ask(socket_, request, directory, Stage::layer_whiteout, "cannot mark the directory opaque");
}

Result<void> HelperClient::make_device(int directory, const std::string& name, mode_t mode, uint32_t major,
                                       uint32_t minor, uint32_t uid, uint32_t gid) {
  Message request;
  request.type = MessageType::make_device;
  request.mode = mode;
  request.major = major;
  request.minor = minor;
  request.uid = uid;
  request.gid = gid;
  name.copy(request.name, sizeof request.name - 1);
  return ask(socket_, request, directory, Stage::layer_device, "cannot make the device node");
}

void HelperClient::finish(const Outcome& outcome) {
  Message message;
  message.type = outcome.ok ? MessageType::done : MessageType::failed;
  message.bytes = outcome.bytes;
  message.entries = outcome.entries;
  message.stage = static_cast<uint32_t>(outcome.error.stage);
  message.err = outcome.error.err;
  message.detail_size = static_cast<uint32_t>(outcome.error.detail.copy(message.detail, kMaxDetail));
  message.entry_size = static_cast<uint32_t>(outcome.entry.copy(message.entry, kMaxEntry));
  send_message(socket_, message, -1);
}

Outcome serve_helper(int socket, const HelperPolicy& policy) {
  Message message;
  UniqueFd fd;
  while (receive_message(socket, message, fd)) {
    if (message.type == MessageType::done || message.type == MessageType::failed) return outcome_of(message);
    Reply reply{EINVAL};
    if (is_our_directory(fd.get(), policy)) {
      if (message.type == MessageType::set_opaque) reply.err = set_opaque(fd.get());
      if (message.type == MessageType::make_device) reply.err = make_device(fd.get(), message, policy);
    }
    if (::send(socket, &reply, sizeof reply, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof reply)) break;
  }
  return child_gone();
}

}  // namespace keelson::layer
