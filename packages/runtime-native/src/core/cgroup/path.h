// Names of groups: what a caller may write as cgroupsPath.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sys/result.h"

namespace keelson::cgroup {

// The components of an absolute path below a hierarchy's root: at least one, none of them empty, "." or "..".
sys::Result<std::vector<std::string>> split_path(std::string_view path);

}  // namespace keelson::cgroup
