// The directory of a group, whichever version: making it, emptying it, removing it.
#pragma once

#include <string>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::cgroup {

// Makes a group that other containers may share; one that is there is taken as it is.
sys::Result<void> make_parent(const std::string& path);

// Makes a group that nobody had before, so that its counters begin at zero. An empty one that a crash has left is
// replaced; EBUSY where it still has processes or groups.
sys::Result<sys::UniqueFd> make_leaf(const std::string& path);

// Kills every process in the group and the groups below, and removes them all; nothing to do where it is gone.
// Bounded: about five seconds for the kernel to let the last process go, then EBUSY.
sys::Result<void> kill_and_remove(const std::string& path);

}  // namespace keelson::cgroup
