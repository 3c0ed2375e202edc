// A container's own network: loopback, one veth pair, addresses, routes. All by rtnetlink; no helper program.
#pragma once

#include <sys/types.h>

#include "spec/launch.h"
#include "sys/result.h"

namespace keelson::net {

// Parent side, in the host's network namespace: makes the veth pair with its peer born inside the namespace of `netns`
// (an open /proc/PID/ns/net), then, inside that namespace, brings lo and the peer up with addresses and default routes,
// and last enslaves and raises the host side, so that no packet flows before the rules for the interface stand (R14).
// `network` may be null (mode none): then only lo is raised.
sys::Result<void> setup_sandbox(const spec::Network* network, int netns);

}  // namespace keelson::net
