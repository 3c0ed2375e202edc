#include "namespaces.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "net/links.h"
#include "scene.h"
#include "sys/fs.h"

namespace keelson::test {
namespace {

using sys::UniqueFd;

void must(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::abort();
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  int family = AF_INET;

  SocketAddress(const std::string& text, int port) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    if (text.find(':') != std::string::npos) {
      family = AF_INET6, size = sizeof *v6;
      v6->sin6_family = AF_INET6, v6->sin6_port = htons(static_cast<uint16_t>(port));
      must(::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1, "inet_pton");
    } else {
      size = sizeof *v4;
      v4->sin_family = AF_INET, v4->sin_port = htons(static_cast<uint16_t>(port));
      must(::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1, "inet_pton");
    }
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

std::string text_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&address)->sin_addr, text, sizeof text);
  else ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr, text, sizeof text);
  return text;
}

}  // namespace

UniqueFd container_namespace() {
  int ready[2];
  must(::pipe2(ready, O_CLOEXEC) == 0, "pipe2");
  const pid_t child = ::fork();
  if (child == 0) {
    const char byte = ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 ? 'y' : 'n';
    (void)!::write(ready[1], &byte, 1);
    for (;;) ::pause();
  }
  char byte = 'n';
  must(::read(ready[0], &byte, 1) == 1 && byte == 'y', "unshare of the container");
  UniqueFd fd(::open(("/proc/" + std::to_string(child) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC));
  must(static_cast<bool>(fd), "open namespace");
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]), ::close(ready[1]);
  return fd;
}

UniqueFd current() {
  UniqueFd fd(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  must(static_cast<bool>(fd), "open own namespace");
  return fd;
}

UniqueFd plain_namespace() {
  UniqueFd own = current();
  must(::unshare(CLONE_NEWNET) == 0, "unshare");
  UniqueFd made = current();
  enter(own.get());
  return made;
}

void enter(int netns) { must(::setns(netns, CLONE_NEWNET) == 0, "setns"); }

UniqueFd listen_at(const std::string& address, int port) {
  const SocketAddress at(address, port);
  UniqueFd fd(::socket(at.family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (at.family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  must(::bind(fd.get(), at.get(), at.size) == 0 && ::listen(fd.get(), 8) == 0, "bind and listen");
  return fd;
}

UniqueFd dial(const std::string& address, int port, const std::string& from) {
  const SocketAddress to(address, port);
  UniqueFd fd(::socket(to.family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{1, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (!from.empty()) {
    const SocketAddress source(from, 0);
    if (::bind(fd.get(), source.get(), source.size) != 0) return UniqueFd();
  }
  if (::connect(fd.get(), to.get(), to.size) != 0) return UniqueFd();
  return fd;
}

std::string talk(int listener, const std::string& address, int port, std::string* seen) {
  UniqueFd client = dial(address, port);
  if (!client) {
    const std::string reason = ::strerror(errno);
    std::fprintf(stderr, "    no connection to %s: %s\n", address.c_str(), reason.c_str());
    return "<" + reason + ">";
  }
  pollfd waiting{listener, POLLIN, 0};
  if (::poll(&waiting, 1, 1000) != 1) return "<nobody at the listener>";
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  UniqueFd server(::accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
  if (seen != nullptr) *seen = text_of(peer);
  char text[64] = "";
  if (::write(client.get(), "hello", 5) != 5 || ::read(server.get(), text, sizeof text) != 5) return "<no hello>";
  if (::write(server.get(), "welcome", 7) != 7 || ::read(client.get(), text, sizeof text) != 7) return "<no welcome>";
  return std::string(text, 7);
}

std::string proc_text(const std::string& path) {
  auto text = sys::read_file(sys::Stage::fs_read, path, 64 * 1024);
  if (!text.ok()) return "<" + text.error().detail + ">";
  std::string value = text.value();
  while (!value.empty() && value.back() == '\n') value.pop_back();
  return value;
}

spec::Network network(int number) {
  const std::string n = std::to_string(number);
  return {kBridge, "kvtest" + n, "eth0", "02:00:00:00:00:0" + n, 1400, {"10.210.0." + n + "/22", "fd12::" + n + "/64"}, {"10.210.0.1", "fd12::1"}};
}

net::Netlink& nft() {
  static std::map<ino_t, net::Netlink> open;
  struct stat status {};
  must(::stat("/proc/thread-self/ns/net", &status) == 0, "stat");
  auto found = open.find(status.st_ino);
  if (found == open.end()) found = open.emplace(status.st_ino, net::Netlink::open(NETLINK_NETFILTER).value()).first;
  return found->second;
}

bool make_bridge() {
  auto made = net::ensure_bridge(kBridge, {"10.210.0.1/22", "fd12::1/64"}, 1400);
  if (!made.ok()) std::printf("    %s\n", made.error().detail.c_str());
  return made.ok();
}

}  // namespace keelson::test
