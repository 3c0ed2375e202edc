#include "cgroup/path.h"

#include <limits.h>

#include <algorithm>

namespace keelson::cgroup {
namespace {

// The name stands in sentences and in /proc/PID/cgroup, one line for each group: no control characters.
bool printable(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](unsigned char byte) { return byte >= 0x20 && byte != 0x7f; });
}

sys::Error refused(const char* why) {
  return {sys::Stage::cgroup_create, 0, std::string("the cgroup path is refused: ") + why};
}

}  // namespace

sys::Result<std::vector<std::string>> split_path(std::string_view path) {
  if (path.size() >= PATH_MAX / 2) return refused("it is too long");
  if (path.empty() || path.front() != '/') return refused("it is not absolute");
  if (!printable(path)) return refused("it has a control character");

  std::vector<std::string> names;
  path.remove_prefix(1);
  while (true) {
    size_t end = std::min(path.find('/'), path.size());
    std::string_view name = path.substr(0, end);
    if (name.empty()) return refused("a name in it is empty");
    if (name == "." || name == "..") return refused("it has a relative name");
    if (name.size() > NAME_MAX) return refused("a name in it is too long");
    names.emplace_back(name);
    if (end == path.size()) return names;
    path.remove_prefix(end + 1);
  }
}

}  // namespace keelson::cgroup
