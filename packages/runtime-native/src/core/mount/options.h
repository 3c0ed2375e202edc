// The options of an OCI mount ("nosuid", "rro", "size=64k"), sorted by what the kernel wants them as.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sys/result.h"

namespace keelson::mount {

// What is understood here and not left to the filesystem.
std::vector<std::string_view> option_names();

struct MountOptions {
  uint64_t attributes = 0;            // MOUNT_ATTR_* of mount_setattr(2)
  uint64_t recursive_attributes = 0;  // the same for the whole tree of a bind mount ("rro")
  bool recursive = false;             // rbind
  bool idmap = false;                 // a bind mount whose files have, for the container, the ids that they have on disk
  bool copy_up = false;               // tmpcopyup: what the image has at that place comes into the new filesystem
  uint64_t propagation = 0;           // MS_PRIVATE and its like; 0: private
  // For the filesystem itself: key and value, or key alone.
  std::vector<std::pair<std::string, std::string>> data;
};

// OCI runtime spec, config.md "mounts", and mount(8). What is not a flag goes to the filesystem, which refuses what it does
// not know.
MountOptions parse_options(const std::vector<std::string>& options);

}  // namespace keelson::mount
