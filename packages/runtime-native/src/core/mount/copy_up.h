// What an image has at a place that a new filesystem is going to cover ("tmpcopyup").
#pragma once

#include <string>

#include "sys/result.h"

namespace keelson::mount {

// Copies directories, files and symbolic links with their owners, modes and times from one directory to another; other kinds are left out. Nothing
// follows a link. `name` is for errors. Fails at stage mount.entry, with ELOOP below 64 levels.
sys::Result<void> copy_up(int from, int to, const std::string& name);

}  // namespace keelson::mount
