// The device nodes of a container, made or found outside of it: what is made in a user namespace does not work (user_namespaces(7)).
#pragma once

#include <string>
#include <vector>

#include "spec/container_spec.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::mount {

// Parent side, in its own mount namespace. A detached mount for each entry of spec.devices, in that order: the host's own node where it is
// the same device and open to everybody (/dev/null), else a new node that belongs to the container's ids.
// `scratch` is a directory of the caller's, covered for a moment.
sys::Result<std::vector<sys::UniqueFd>> open_device_nodes(const spec::ContainerSpec& spec, const std::string& scratch);

}  // namespace keelson::mount
