#include "net/netlink.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <optional>

namespace keelson::net {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

// What the kernel fills at most for one part of a dump; answers to requests are far smaller.
constexpr size_t kReceiveBytes = 32 * 1024;
// A host with 10,000 interfaces dumps about 15 MB: more than this is not an answer.
constexpr size_t kDumpBytes = 64 * 1024 * 1024;
// The kernel answers within send(2); this only ends a wait that should not exist.
constexpr timeval kAnswerTime{10, 0};

std::string kernel_words(const char* attributes, size_t size) {
  std::string words;
  each_attribute(attributes, size, [&](int type, const char* data, size_t length) {
    if (type == NLMSGERR_ATTR_MSG) words.assign(data, ::strnlen(data, length));
  });
  return words;
}

Error failure(const Requests::Entry& entry, const nlmsghdr& header, const char* payload, size_t size) {
  nlmsgerr answer{};
  ::memcpy(&answer, payload, std::min(size, sizeof answer));
  Error error = os_error(entry.stage, "cannot " + entry.what, -answer.error);
  // With NETLINK_CAP_ACK only the header of our request comes back, then the attributes.
  if ((header.nlmsg_flags & NLM_F_ACK_TLVS) != 0 && size > sizeof answer) {
    const std::string words = kernel_words(payload + sizeof answer, size - sizeof answer);
    if (!words.empty()) error.detail += " (" + words + ")";
  }
  return error;
}

int error_of(const char* payload, size_t size) {
  nlmsgerr answer{};
  if (size < sizeof answer.error) return EBADMSG;
  ::memcpy(&answer.error, payload, sizeof answer.error);
  return -answer.error;
}

// Calls `visit` for each message of one datagram until it says stop.
template <class Visit>
void each_message(std::string_view datagram, Visit visit) {
  while (datagram.size() >= sizeof(nlmsghdr)) {
    nlmsghdr header{};
    ::memcpy(&header, datagram.data(), sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) return;
    visit(header, datagram.data() + NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN);
    datagram.remove_prefix(std::min<size_t>(NLMSG_ALIGN(header.nlmsg_len), datagram.size()));
  }
}

}  // namespace

void each_attribute(const char* from, size_t size, const std::function<void(int, const char*, size_t)>& visit) {
  while (size >= NLA_HDRLEN) {
    nlattr header{};
    ::memcpy(&header, from, sizeof header);
    if (header.nla_len < NLA_HDRLEN || header.nla_len > size) return;
    visit(header.nla_type & NLA_TYPE_MASK, from + NLA_HDRLEN, header.nla_len - NLA_HDRLEN);
    const size_t step = std::min<size_t>(NLA_ALIGN(header.nla_len), size);
    from += step;
    size -= step;
  }
}

Result<Netlink> Netlink::open(int protocol) {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!fd) return os_error(Stage::net_socket, "cannot open a netlink socket");
  const int on = 1;
  // Both since Linux 4.12; without them errors only lose the kernel's words, so a refusal is not one of ours.
  (void)::setsockopt(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  (void)::setsockopt(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerTime, sizeof kAnswerTime) != 0) {
    return os_error(Stage::net_socket, "cannot set the time limit of a netlink socket");
  }
  return Netlink(std::move(fd));
}

Result<void> Netlink::put(std::string_view bytes, const Requests::Entry& first) {
  // A request must fit into the send buffer as a whole; nf_tables batches of a thousand endpoints do not fit the default.
  const int size = static_cast<int>(bytes.size()) * 2;
  if (bytes.size() > 64 * 1024) (void)::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  for (;;) {
    const ssize_t put = ::sendto(fd_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&kernel), sizeof kernel);
    if (put == static_cast<ssize_t>(bytes.size())) return {};
    if (put < 0 && errno == EINTR) continue;
    return os_error(first.stage, "cannot " + first.what, put < 0 ? errno : EMSGSIZE);
  }
}

Result<std::string_view> Netlink::receive(const Requests::Entry& about, std::vector<char>& buffer, bool wait) {
  for (;;) {
    sockaddr_nl from{};
    socklen_t from_size = sizeof from;
    const ssize_t got = ::recvfrom(fd_.get(), buffer.data(), buffer.size(), MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT),
                                   reinterpret_cast<sockaddr*>(&from), &from_size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN && !wait) return std::string_view();
    if (got < 0) return os_error(about.stage, "cannot read the kernel's answer to: " + about.what);
    if (static_cast<size_t>(got) > buffer.size()) {
      return os_error(about.stage, "the kernel's answer is too long to: " + about.what, EMSGSIZE);
    }
    // Any process may write to a netlink socket of its own namespace: only port 0 is the kernel.
    if (from.nl_pid == 0) return std::string_view(buffer.data(), static_cast<size_t>(got));
  }
}

Result<std::vector<Netlink::Failure>> Netlink::send(Requests& requests, const Visitor& visit) {
  std::vector<Failure> failures;
  if (requests.empty()) return failures;
  const auto& entries = requests.entries();
  const uint32_t first = next_sequence_;
  next_sequence_ += static_cast<uint32_t>(entries.size());
  KEELSON_TRY(put(requests.finish(first), entries.front()));

  // The kernel has worked everything off when send(2) returns, so all answers lie in the queue already.
  std::vector<char> buffer(kReceiveBytes);
  size_t answers = 0;
  for (;;) {
    const std::string_view datagram = KEELSON_TRY(receive(entries.front(), buffer, false));
    if (datagram.empty()) break;
    each_message(datagram, [&](const nlmsghdr& header, const char* payload, size_t size) {
      const uint32_t index = header.nlmsg_seq - first;
      if (index >= entries.size()) return;
      if (header.nlmsg_type != NLMSG_ERROR) {
        if (visit) visit(header, payload, size);
        return;
      }
      ++answers;
      if (error_of(payload, size) != 0) failures.push_back({index, failure(entries[index], header, payload, size)});
    });
  }
  if (answers == 0) return os_error(entries.front().stage, "no answer of the kernel to: " + entries.front().what, ENOMSG);
  return failures;
}

Result<void> Netlink::run(Requests& requests) {
  auto failures = KEELSON_TRY(send(requests));
  if (!failures.empty()) return std::move(failures.front().error);
  return {};
}

Result<void> Netlink::dump(Requests& request, const Visitor& visit) {
  const Requests::Entry entry = request.entries().front();
  const uint32_t sequence = next_sequence_++;
  KEELSON_TRY(put(request.finish(sequence), entry));
  std::vector<char> buffer(kReceiveBytes);
  std::optional<Error> failed;
  bool done = false;
  for (size_t total = 0; !done;) {
    const std::string_view datagram = KEELSON_TRY(receive(entry, buffer, true));
    total += datagram.size();
    if (total > kDumpBytes) return os_error(entry.stage, "too many answers to: " + entry.what, EOVERFLOW);
    each_message(datagram, [&](const nlmsghdr& header, const char* payload, size_t size) {
      if (header.nlmsg_seq != sequence || done) return;
      // Also a dump that breaks off on the way ends with NLMSG_DONE; its error is in the same place.
      done = header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR;
      if (done && error_of(payload, size) != 0) failed = failure(entry, header, payload, size);
      if (!done) visit(header, payload, size);
    });
  }
  if (failed) return std::move(*failed);
  return {};
}

unsigned Netlink::interface_index(const std::string& name) const {
  ifreq request{};
  if (name.size() >= sizeof request.ifr_name) return 0;
  ::memcpy(request.ifr_name, name.c_str(), name.size());
  // netdevice(7): any socket will do, and it is asked in the socket's own namespace.
  return ::ioctl(fd_.get(), SIOCGIFINDEX, &request) == 0 ? static_cast<unsigned>(request.ifr_ifindex) : 0;
}

}  // namespace keelson::net
