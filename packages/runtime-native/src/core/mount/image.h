// A container's writable layer in a file of its own: an ext4 filesystem of a fixed size behind a loop device (loop(4)).
#pragma once

#include <string>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::mount {

// The file, open and locked against every other use of it as long as the descriptor (or a mount made of it) lives.
sys::Result<sys::UniqueFd> lock_image(const std::string& path);

// The filesystem as a mount that is attached nowhere. The loop device goes with the last use of it, however that ends. The file is locked for
// as long: a second mount of it would destroy it, so one that is still in use is waited for, and after that an error (EBUSY).
sys::Result<sys::UniqueFd> mount_image(const std::string& path);

}  // namespace keelson::mount
