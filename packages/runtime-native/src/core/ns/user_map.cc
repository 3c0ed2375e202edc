#include "ns/user_map.h"

#include <errno.h>
#include <grp.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "sys/fs.h"

namespace keelson::ns {

using sys::Result;
using sys::Stage;

namespace {

// 340 lines of three numbers each are the most that the kernel takes (user_namespaces(7)).
constexpr size_t kMaxMap = 340 * 33;

std::string map_text(const std::vector<spec::IdMapping>& mappings) {
  std::string text;
  for (const spec::IdMapping& one : mappings)
    text += std::to_string(one.container_id) + ' ' + std::to_string(one.host_id) + ' ' + std::to_string(one.size) + '\n';
  return text;
}

// The kernel pads the numbers to columns.
std::string without_padding(const std::string& text) {
  std::string packed;
  for (const char one : text) {
    if (one == ' ' && (packed.empty() || packed.back() == ' ' || packed.back() == '\n')) continue;
    packed += one;
  }
  return packed;
}

Result<void> verify_map(const std::string& file, const std::vector<spec::IdMapping>& mappings) {
  const std::string wanted = map_text(mappings);
  const std::string now = without_padding(KEELSON_TRY(sys::read_file(Stage::sec_verify, file, kMaxMap)));
  if (now != wanted) return sys::Error{Stage::sec_verify, EPERM, file + " reads \"" + now + "\" instead of \"" + wanted + "\""};
  return {};
}

Result<void> write_map(const std::string& file, const std::vector<spec::IdMapping>& mappings) {
  KEELSON_TRY(sys::write_value(Stage::ns_user_map, file, map_text(mappings)));
  return verify_map(file, mappings);
}

}  // namespace

Result<void> verify_id_maps(pid_t pid, const spec::ContainerSpec& spec) {
  const std::string process = "/proc/" + std::to_string(pid);
  KEELSON_TRY(verify_map(process + "/uid_map", spec.uid_mappings));
  return verify_map(process + "/gid_map", spec.gid_mappings);
}

Result<void> write_id_maps(pid_t pid, const spec::ContainerSpec& spec) {
  const std::string process = "/proc/" + std::to_string(pid);
  KEELSON_TRY(write_map(process + "/uid_map", spec.uid_mappings));
  return write_map(process + "/gid_map", spec.gid_mappings);
}

Result<void> become_namespace_root() {
  // Groups first: without them setgroups(2) would need a capability that a later id change could have dropped.
  if (::setgroups(0, nullptr) != 0) return sys::os_error(Stage::ns_user_map, "cannot drop the groups of the host");
  if (::setresgid(0, 0, 0) != 0) return sys::os_error(Stage::ns_user_map, "cannot become group 0 of the container");
  if (::setresuid(0, 0, 0) != 0) return sys::os_error(Stage::ns_user_map, "cannot become user 0 of the container");
  return {};
}

}  // namespace keelson::ns
