// One container's cgroup, the same on v1 (one directory for each controller) and v2 (one directory).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spec/container_spec.h"
#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::cgroup {

enum class Version { v1, v2 };

// `freezing`: asked for, and some process has not stopped yet.
enum class FreezerState { thawed, freezing, frozen };

struct Controller {
  std::string name;  // "memory", "cpu,cpuacct" where they are mounted together; empty on v2
  std::string path;  // absolute directory of this container's group
  sys::UniqueFd dir;
  sys::UniqueFd tasks;  // v1: its file `tasks`, for writing
};

// Which hierarchies this host has: v2 when the unified one carries the memory controller, else v1.
sys::Result<Version> host_version();

class Cgroup {
 public:
  // Makes the group with all parents (enabling controllers on v2), applies the limits and reads them back (R20).
  // `path` is absolute below the hierarchies' roots. A group that is there already is replaced when it is empty and
  // refused (EBUSY) when it is not. Values of 0 count as absent. After an error the group itself is gone again.
  static sys::Result<Cgroup> create(std::string_view path, const spec::Resources& resources);

  // One that was made before, by this process or another. Fails with ENOENT where it is gone.
  static sys::Result<Cgroup> open(std::string_view path);

  // Kills what is in such a group and removes it, whatever of it is left.
  static sys::Result<void> remove(std::string_view path);

  Version version() const { return version_; }
  const std::string& path() const { return path_; }
  const std::vector<Controller>& controllers() const { return controllers_; }

  // v2: for CLONE_INTO_CGROUP, else -1. v1: descriptors of `tasks`, into which a single-threaded child writes "0".
  int clone_fd() const;
  std::vector<int> task_fds() const;

  sys::Result<void> update(const spec::Resources& resources);
  // Kills of the kernel's OOM killer in this group since it was made. Compare with 0 only: where a spec
  // asks for memory.oom.group, v2 counts a process twice when it was chosen and then killed again with its whole group.
  sys::Result<uint64_t> oom_kills() const;
  // Asks for all processes of the group to stop or to go on; they have stopped once the state says `frozen`. On v1 a stopped process
  // does not even die of SIGKILL before it goes on.
  sys::Result<void> set_frozen(bool frozen) const;
  sys::Result<FreezerState> freezer_state() const;
  // Kills what is left and removes the directories; bounded retries while the kernel lets go. The parents stay.
  sys::Result<void> destroy();

 private:
  Version version_ = Version::v2;
  std::string path_;
  std::vector<Controller> controllers_;
  sys::UniqueFd device_program_;  // v2
};

}  // namespace keelson::cgroup
