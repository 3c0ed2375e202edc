#include "cgroup/cgroup.h"

#include <fcntl.h>

#include <charconv>
#include <utility>

#include "cgroup/devices.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "cgroup/limits.h"
#include "cgroup/path.h"
#include "cgroup/versions.h"
#include "sys/fs.h"
#include "sys/scope_exit.h"

namespace keelson::cgroup {
namespace {

using sys::Stage;

sys::Result<void> check_values(const spec::Resources& resources) {
  KEELSON_TRY(check_limit("memory", resources.memory_limit));
  KEELSON_TRY(check_limit("memory plus swap", resources.memory_swap));
  KEELSON_TRY(check_limit("reserved memory", resources.memory_reservation));
  KEELSON_TRY(check_limit("CPU time", resources.cpu_quota));
  return check_limit("processes", resources.pids_limit);
}

}  // namespace

sys::Result<Cgroup> Cgroup::create(std::string_view path, const spec::Resources& resources) {
  std::vector<std::string> names = KEELSON_TRY(split_path(path));
  KEELSON_TRY(check_values(resources));
  Cgroup group;
  group.version_ = KEELSON_TRY(host_version());
  group.path_ = path;
  std::vector<Hierarchy> hierarchies = KEELSON_TRY(hierarchies_of(group.version_));

  sys::ScopeExit undo([&] { (void)group.destroy(); });
  if (group.version_ == Version::v2) {
    KEELSON_TRY(v2::create(hierarchies.front(), names, resources, group.controllers_));
  } else {
    KEELSON_TRY(v1::create(hierarchies, names, group.controllers_));
  }
  KEELSON_TRY(group.update(resources));
  undo.dismiss();
  return group;
}

sys::Result<Cgroup> Cgroup::open(std::string_view path) {
  (void)KEELSON_TRY(split_path(path));
  Cgroup group;
  group.version_ = KEELSON_TRY(host_version());
  group.path_ = path;
  for (const Hierarchy& hierarchy : KEELSON_TRY(hierarchies_of(group.version_))) {
    std::string directory = hierarchy.mount_point + group.path_;
    sys::UniqueFd dir = KEELSON_TRY(sys::open_path(Stage::cgroup_read, directory, O_RDONLY | O_DIRECTORY));
    sys::UniqueFd tasks;
    if (group.version_ == Version::v1) tasks = KEELSON_TRY(sys::open_path(Stage::cgroup_read, directory + "/tasks", O_WRONLY));
    group.controllers_.push_back({joined(hierarchy.controllers), std::move(directory), std::move(dir), std::move(tasks)});
  }
  return group;
}

sys::Result<void> Cgroup::remove(std::string_view path) {
  (void)KEELSON_TRY(split_path(path));
  Cgroup group;
  group.version_ = KEELSON_TRY(host_version());
  group.path_ = path;
  for (const Hierarchy& hierarchy : KEELSON_TRY(hierarchies_of(group.version_)))
    group.controllers_.push_back({joined(hierarchy.controllers), hierarchy.mount_point + group.path_, {}, {}});
  return group.destroy();
}

int Cgroup::clone_fd() const {
  return version_ == Version::v2 && !controllers_.empty() ? controllers_.front().dir.get() : -1;
}

std::vector<int> Cgroup::task_fds() const {
  std::vector<int> fds;
  for (const Controller& one : controllers_) {
    if (one.tasks) fds.push_back(one.tasks.get());
  }
  return fds;
}

sys::Result<void> Cgroup::update(const spec::Resources& resources) {
  KEELSON_TRY(check_values(resources));
  if (version_ == Version::v1) return v1::apply(controllers_, resources);
  if (controllers_.empty()) return sys::Error{Stage::cgroup_limit, 0, "the group " + path_ + " is gone"};
  KEELSON_TRY(v2::apply(controllers_.front(), resources));
  if (resources.devices.empty()) return {};
  device_program_ = KEELSON_TRY(attach_device_program(controllers_.front().dir.get(), resources.devices, device_program_));
  return {};
}

sys::Result<uint64_t> Cgroup::oom_kills() const {
  if (controllers_.empty()) return sys::Error{Stage::cgroup_read, 0, "the group " + path_ + " is gone"};
  std::string file = version_ == Version::v1 ? KEELSON_TRY(v1::memory_events_file(controllers_))
                                             : controllers_.front().path + "/memory.events";
  for (const std::string& line : split_words(KEELSON_TRY(read_value(file)), "\n")) {
    std::vector<std::string> words = split_words(line, " ");
    if (words.size() != 2 || words[0] != "oom_kill") continue;
    uint64_t count = 0;
    std::from_chars(words[1].data(), words[1].data() + words[1].size(), count);
    return count;
  }
  return sys::Error{Stage::cgroup_read, 0, file + " has no line oom_kill"};
}

sys::Result<void> Cgroup::destroy() {
  // v1: what is frozen does not die. A group without the freezer, or one that is gone, has nothing frozen.
  if (version_ == Version::v1) (void)set_frozen(false);
  // Every directory is tried, the first error is told.
  sys::Result<void> outcome;
  std::vector<Controller> left;
  for (Controller& one : controllers_) {
    sys::Result<void> removed = kill_and_remove(one.path);
    if (removed.ok()) continue;
    if (outcome.ok()) outcome = std::move(removed);
    left.push_back(std::move(one));
  }
  controllers_ = std::move(left);
  return outcome;
}

}  // namespace keelson::cgroup
