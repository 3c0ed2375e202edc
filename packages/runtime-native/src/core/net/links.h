// The instance's bridge and its interfaces on the host (rtnetlink(7)). Calls block: keep them off Node's main thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sys/result.h"

namespace keelson::net {

// Makes the bridge where it is missing and brings it to this state: exactly these addresses ("10.210.0.1/22",
// "fd12::1/64"), mtu, up, forwarding, deaf to router advertisements, with a hardware address derived from its name (a
// bridge without one takes that of a port, and changes it whenever ports come and go). Addresses of a family that the
// host does not have are left out. An interface of that name that is no bridge is an error (EEXIST).
sys::Result<void> ensure_bridge(const std::string& name, const std::vector<std::string>& addresses, uint32_t mtu);

// Absent is fine.
sys::Result<void> delete_link(const std::string& name);

// Names of the interfaces that begin with `prefix`.
sys::Result<std::vector<std::string>> list_links(const std::string& prefix);

}  // namespace keelson::net
