// Where this host has mounted its cgroup hierarchies.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cgroup/cgroup.h"
#include "sys/result.h"

namespace keelson::cgroup {

// One mounted hierarchy. `controllers` are those of v1's mount options that Keelson uses, several where they are mounted
// together ("cpu,cpuacct"); empty for the unified hierarchy.
struct Hierarchy {
  std::vector<std::string> controllers;
  std::string mount_point;
};

struct Mounted {
  std::vector<Hierarchy> v1;
  std::vector<Hierarchy> unified;  // none or one
};

// From /proc/self/mountinfo; the first mount of a hierarchy counts.
sys::Result<Mounted> mounted_hierarchies();

// The hierarchies that a group of `version` needs: one on v2, all on v1.
sys::Result<std::vector<Hierarchy>> hierarchies_of(Version version);

// "cpu,cpuacct"
std::string joined(const std::vector<std::string>& words);

// The words of a kernel file or mount option list; `separators` is a set of characters.
std::vector<std::string> split_words(std::string_view text, std::string_view separators);

}  // namespace keelson::cgroup
