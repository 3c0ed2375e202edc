#include "mount/options.h"

#include <sys/mount.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "sys/syscalls.h"

namespace keelson::mount {
namespace {

struct Flag {
  std::string_view name;
  uint64_t set;
  uint64_t clear;
};

constexpr Flag kFlags[] = {
    {"ro", MOUNT_ATTR_RDONLY, 0},
    {"rw", 0, MOUNT_ATTR_RDONLY},
    {"nosuid", MOUNT_ATTR_NOSUID, 0},
    {"suid", 0, MOUNT_ATTR_NOSUID},
    {"nodev", MOUNT_ATTR_NODEV, 0},
    {"dev", 0, MOUNT_ATTR_NODEV},
    {"noexec", MOUNT_ATTR_NOEXEC, 0},
    {"exec", 0, MOUNT_ATTR_NOEXEC},
    {"noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME},
    {"relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME},
    {"strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
    {"nodiratime", MOUNT_ATTR_NODIRATIME, 0},
};

constexpr Flag kRecursiveFlags[] = {
    {"rro", MOUNT_ATTR_RDONLY, 0},
    {"rnosuid", MOUNT_ATTR_NOSUID, 0},
    {"rnodev", MOUNT_ATTR_NODEV, 0},
    {"rnoexec", MOUNT_ATTR_NOEXEC, 0},
};

constexpr Flag kPropagation[] = {
    {"private", MS_PRIVATE, 0}, {"rprivate", MS_PRIVATE, 0}, {"slave", MS_SLAVE, 0}, {"rslave", MS_SLAVE, 0},
    {"shared", MS_SHARED, 0},   {"rshared", MS_SHARED, 0},   {"unbindable", MS_UNBINDABLE, 0}, {"runbindable", MS_UNBINDABLE, 0},
};

template <size_t N>
const Flag* find_flag(const Flag (&flags)[N], std::string_view name) {
  const Flag* found = std::find_if(std::begin(flags), std::end(flags), [name](const Flag& flag) { return flag.name == name; });
  return found == std::end(flags) ? nullptr : found;
}

void add_data(const std::string& option, MountOptions& parsed) {
  const size_t equals = option.find('=');
  if (equals == std::string::npos)
    parsed.data.emplace_back(option, "");
  else
    parsed.data.emplace_back(option.substr(0, equals), option.substr(equals + 1));
}

}  // namespace

std::vector<std::string_view> option_names() {
  std::vector<std::string_view> names = {"bind", "defaults", "idmap", "newinstance", "notmpcopyup", "rbind", "ridmap", "tmpcopyup"};
  for (const Flag& one : kFlags) names.push_back(one.name);
  for (const Flag& one : kRecursiveFlags) names.push_back(one.name);
  for (const Flag& one : kPropagation) names.push_back(one.name);
  std::sort(names.begin(), names.end());
  return names;
}

MountOptions parse_options(const std::vector<std::string>& options) {
  MountOptions parsed;
  for (const std::string& option : options) {
    if (const Flag* flag = find_flag(kFlags, option)) {
      parsed.attributes = (parsed.attributes & ~flag->clear) | flag->set;
    } else if (const Flag* flag = find_flag(kRecursiveFlags, option)) {
      parsed.recursive_attributes |= flag->set;
    } else if (const Flag* flag = find_flag(kPropagation, option)) {
      parsed.propagation = flag->set;
    } else if (option == "rbind") {
      parsed.recursive = true;
    } else if (option == "idmap" || option == "ridmap") {
      parsed.idmap = true;
    } else if (option == "tmpcopyup") {
      parsed.copy_up = true;
    } else if (option != "notmpcopyup" && option != "bind" && option != "defaults" && option != "newinstance") {
      // "newinstance": every devpts mount is one since Linux 4.7.
      add_data(option, parsed);
    }
  }
  return parsed;
}

}  // namespace keelson::mount
