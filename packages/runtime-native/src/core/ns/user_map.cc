#include "ns/user_map.h"

#include <grp.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "sys/fs.h"

namespace keelson::ns {

using sys::Result;
using sys::Stage;

namespace {

std::string map_text(const std::vector<spec::IdMapping>& mappings) {
  std::string text;
  for (const spec::IdMapping& one : mappings)
    text += std::to_string(one.container_id) + ' ' + std::to_string(one.host_id) + ' ' + std::to_string(one.size) + '\n';
  return text;
}

}  // namespace

Result<void> write_id_maps(pid_t pid, const spec::ContainerSpec& spec) {
  const std::string process = "/proc/" + std::to_string(pid);
  KEELSON_TRY(sys::write_value(Stage::ns_user_map, process + "/uid_map", map_text(spec.uid_mappings)));
  return sys::write_value(Stage::ns_user_map, process + "/gid_map", map_text(spec.gid_mappings));
}

Result<void> become_namespace_root() {
  // Groups first: without them setgroups(2) would need a capability that a later id change could have dropped.
  if (::setgroups(0, nullptr) != 0) return sys::os_error(Stage::ns_user_map, "cannot drop the groups of the host");
  if (::setresgid(0, 0, 0) != 0) return sys::os_error(Stage::ns_user_map, "cannot become group 0 of the container");
  if (::setresuid(0, 0, 0) != 0) return sys::os_error(Stage::ns_user_map, "cannot become user 0 of the container");
  return {};
}

}  // namespace keelson::ns
