#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <initializer_list>

#include "probe.h"

namespace keelson::probe {
namespace {

constexpr int kHighestFamily = 60;
constexpr int kHighestNetlink = 31;

bool opens(int family, int type, int protocol) {
  const int socket = ::socket(family, type, protocol);
  if (socket < 0) return false;
  ::close(socket);
  return true;
}

bool opens_somehow(int family) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW})
    if (opens(family, type, 0)) return true;
  return false;
}

}  // namespace

void print_sockets() {
  for (int family = 0; family <= kHighestFamily; ++family)
    if (opens_somehow(family)) printf("family %d\n", family);
  for (int protocol = 0; protocol <= kHighestNetlink; ++protocol)
    if (opens(AF_NETLINK, SOCK_RAW, protocol)) printf("netlink %d\n", protocol);
  // What an unprivileged ping uses (icmp(7)).
  if (opens(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)) printf("ping inet\n");
  if (opens(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6)) printf("ping inet6\n");
  if (opens(AF_INET, SOCK_RAW, 255)) printf("raw inet\n");
  if (opens(AF_INET6, SOCK_RAW, 255)) printf("raw inet6\n");
}

}  // namespace keelson::probe
