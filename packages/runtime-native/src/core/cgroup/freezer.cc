// Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst and cgroup-v2.rst, "cgroup.freeze".
#include <algorithm>

#include "cgroup/cgroup.h"
#include "cgroup/hierarchy.h"
#include "cgroup/limits.h"
#include "sys/fs.h"

namespace keelson::cgroup {
namespace {

using sys::Stage;

sys::Result<std::string> freezer_directory(Version version, const std::vector<Controller>& controllers) {
  for (const Controller& one : controllers) {
    const std::vector<std::string> names = split_words(one.name, ",");
    if (version == Version::v2 || std::find(names.begin(), names.end(), "freezer") != names.end()) return one.path;
  }
  return sys::Error{Stage::cgroup_freeze, 0, "this host has not mounted the cgroup controller freezer"};
}

}  // namespace

sys::Result<void> Cgroup::set_frozen(bool frozen) const {
  const std::string directory = KEELSON_TRY(freezer_directory(version_, controllers_));
  if (version_ == Version::v2) return sys::write_value(Stage::cgroup_freeze, directory + "/cgroup.freeze", frozen ? "1" : "0");
  return sys::write_value(Stage::cgroup_freeze, directory + "/freezer.state", frozen ? "FROZEN" : "THAWED");
}

sys::Result<FreezerState> Cgroup::freezer_state() const {
  const std::string directory = KEELSON_TRY(freezer_directory(version_, controllers_));
  if (version_ == Version::v1) {
    const std::string state = KEELSON_TRY(read_value(directory + "/freezer.state"));
    return state == "FROZEN" ? FreezerState::frozen : state == "FREEZING" ? FreezerState::freezing : FreezerState::thawed;
  }
  if (KEELSON_TRY(read_value(directory + "/cgroup.freeze")) != "1") return FreezerState::thawed;
  // The wish and its fulfilment are different files.
  for (const std::string& line : split_words(KEELSON_TRY(read_value(directory + "/cgroup.events")), "\n"))
    if (line == "frozen 1") return FreezerState::frozen;
  return FreezerState::freezing;
}

}  // namespace keelson::cgroup
