// A parent group of this process's own, and children that run inside a group.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "../../unit/check.h"
#include "cgroup/cgroup.h"
#include "cgroup/hierarchy.h"
#include "cgroup/limits.h"
#include "sys/syscalls.h"

namespace keelson::test {

using cgroup::Cgroup;
using cgroup::Version;

inline std::string parent_name() { return "/keelson-test-" + std::to_string(::getpid()); }
inline std::string group_name() { return parent_name() + "/x"; }

// Prints the sentence of a failed step and ends the case's process: what follows would make no sense.
template <class T>
T must(sys::Result<T> result) {
  if (!result.ok()) {
    std::printf("    %s: %s\n", std::string(sys::stage_name(result.error().stage)).c_str(),
                result.error().detail.c_str());
    ::exit(1);
  }
  return std::move(result).value();
}

inline Version version() { return must(cgroup::host_version()); }

// Where a group of this name lies in each hierarchy in use.
inline std::vector<std::string> directories(const std::string& name) {
  std::vector<std::string> all;
  for (const auto& one : must(cgroup::hierarchies_of(version()))) all.push_back(one.mount_point + name);
  return all;
}

inline bool any_exists(const std::string& name) {
  for (const std::string& path : directories(name)) {
    if (cgroup::exists(path)) return true;
  }
  return false;
}

// Runs last, whatever a case did: processes of its groups would be in the way of the next run.
struct RemoveParent {
  pid_t owner = ::getpid();
  ~RemoveParent() {
    if (::getpid() != owner) return;
    for (const std::string& path : directories(parent_name())) ::rmdir(path.c_str());
  }
};

// The content of a file of the group, looked up without the code under test.
inline std::string value(const std::string& controller, const std::string& file) {
  std::string base = "/sys/fs/cgroup";
  if (version() == Version::v1) base += "/" + controller;
  std::string text(256, '\0');
  int fd = ::open((base + group_name() + "/" + file).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return "(cannot open " + file + ")";
  ssize_t got = ::read(fd, text.data(), text.size());
  ::close(fd);
  text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// Forks into the group as the runtime does: clone3 on v2, "0" into each `tasks` on v1.
template <class F>
pid_t start_in(const Cgroup& group, F body) {
  clone_args args{};
  args.exit_signal = SIGCHLD;
  if (group.clone_fd() >= 0) {
    args.flags = CLONE_INTO_CGROUP;
    args.cgroup = static_cast<__u64>(group.clone_fd());
  }
  std::fflush(stdout);
  pid_t pid = sys::clone3(args);
  if (pid != 0) return pid;
  for (int fd : group.task_fds()) {
    if (::write(fd, "0", 1) != 1) ::_exit(99);
  }
  ::_exit(body());
}

inline int status_of(pid_t pid) {
  int status = -1;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace keelson::test
