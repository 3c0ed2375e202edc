// A container's root filesystem out of unpacked layers that all containers of all tenants share (ARCHITECTURE D5).
#pragma once

#include <cstdint>
#include <string>

#include "spec/launch.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::mount {

// Ids of one container: it sees 0..size-1, the host sees host_base.. .
struct HostIds {
  uint32_t host_base = 0;
  uint32_t size = 0;
};

// Mounts a tmpfs on `scratch`, in it each layer idmapped and read-only (`scratch/0` is the lowest), and over them the overlay on
// `scratch/rootfs`, whose path is the result. The caller is in a mount namespace of its own with private propagation:
// the mounts go with it, and the host never sees them. `upper` and `work` are used as they are and belong to the container's root;
// with an image they are made in it.
sys::Result<std::string> mount_overlay(spec::OverlayRootfs rootfs, const HostIds& ids, const std::string& scratch);

// The files of an image, or what is at `subpath` in it, as a read-only mount that is not attached yet. After mount_overlay, whose `scratch` it uses:
// `name` is a directory in it that is not there.
sys::Result<sys::UniqueFd> open_image(const spec::ImageMount& image, const HostIds& ids, const std::string& scratch, const std::string& name);

}  // namespace keelson::mount
