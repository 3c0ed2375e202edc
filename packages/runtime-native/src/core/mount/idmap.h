// User namespaces that exist only to describe an id mapping to mount_setattr(2).
#pragma once

#include <cstdint>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::mount {

// `size` ids beginning at `from` on disk appear as ids beginning at `to`. Uids and gids alike.
struct IdShift {
  uint32_t from = 0;
  uint32_t to = 0;
  uint32_t size = 0;
};

// A descriptor of a namespace with that mapping, for MOUNT_ATTR_IDMAP (user_namespaces(7), mount_setattr(2)). The process
// that had to live in it for a moment is gone again. The caller is single-threaded and root on the host.
sys::Result<sys::UniqueFd> idmap_namespace(const IdShift& shift);

}  // namespace keelson::mount
