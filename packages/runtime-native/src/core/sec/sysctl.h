// Kernel settings of a container's own namespaces (sysctl(8) names, "net.ipv4.ip_unprivileged_port_start").
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sys/result.h"

namespace keelson::sec {

// Child side, while /proc/sys below `root` can still be written. What is not of a namespace is not ours to write, and the kernel says so.
sys::Result<void> apply_sysctls(int root, const std::vector<std::pair<std::string, std::string>>& settings);

}  // namespace keelson::sec
