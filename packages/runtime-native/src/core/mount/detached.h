// Mounts that are not attached anywhere yet: made by descriptor, so that no path is walked twice (mount_setattr(2), fsopen(2)).
#pragma once

#include <string>

#include "mount/options.h"
#include "spec/container_spec.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::mount {

// A new filesystem ("tmpfs", "proc") with its options; `stage` and `what` are for the error.
sys::Result<sys::UniqueFd> new_filesystem(sys::Stage stage, const std::string& type, const std::string& source,
                                          const MountOptions& options);

// A clone of what is at `path` (relative to `dirfd`; "" is the descriptor itself), private, with the options' attributes.
sys::Result<sys::UniqueFd> clone_tree(sys::Stage stage, int dirfd, const std::string& path, const MountOptions& options);

// Puts a detached mount on an open file or directory.
sys::Result<void> attach(sys::Stage stage, int mount, int target, const std::string& name);

}  // namespace keelson::mount
