// Published ports on the side of the host's own programs: listens where the port is published, which also reserves it, and carries bytes to the
// container. Traffic from outside is rewritten by the kernel before it gets here (nftables, the server's work); what arrives is the host's loopback, for
// which no rule can do that without opening 127.0.0.0/8 to the network (route_localnet).
#pragma once

#include <list>
#include <memory>
#include <vector>

#include "loop.h"
#include "spec/launch.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {

class ProxyConnection;

class PortProxy {
 public:
  static constexpr size_t kMaxConnections = 1024;

  explicit PortProxy(Loop& loop) : loop_(loop) {}
  ~PortProxy();

  // Before the container starts: a port that somebody has is an error (EADDRINUSE) that names it.
  sys::Result<void> listen(const std::vector<spec::Port>& ports);
  void close();

 private:
  struct Listener {
    sys::UniqueFd socket;
    spec::Port port;
  };
  void accept_one(const Listener& listener);
  void sweep();

  Loop& loop_;
  std::list<Listener> listeners_;
  std::list<std::shared_ptr<ProxyConnection>> connections_;
};

}  // namespace keelson::supervisor
