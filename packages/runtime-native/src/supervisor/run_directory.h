// The directory of one run below the instance's run root: control socket, state, mount point. What is in it tells others that we are there.
#pragma once

#include <string>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace keelson::supervisor {

class RunDirectory {
 public:
  static sys::Result<RunDirectory> make(const std::string& path);
  RunDirectory(RunDirectory&&) = default;

  // The listening control socket, mode 0600.
  sys::Result<sys::UniqueFd> listen();
  // state.json, whole or not at all; it need not survive a power cut, after which nothing runs.
  sys::Result<void> write_state(const std::string& json);

  // Takes the directory out of the way, so that a new run can begin, while the mounts below it still stand. Nobody finds us any more.
  void retire();
  // Lets go of the root filesystem; nothing of the container runs any more.
  void release_mounts();
  // Unmounts and removes what is left.
  void remove();

 private:
  explicit RunDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace keelson::supervisor
