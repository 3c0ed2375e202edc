#include "group_processes.h"

#include <dirent.h>
#include <errno.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <set>
#include <string>

#include "cgroup/hierarchy.h"
#include "sys/fs.h"
#include "sys/syscalls.h"
#include "sys/unique_fd.h"

namespace keelson::runtime {
namespace {

using sys::os_error;
using sys::Result;
using sys::Stage;

constexpr size_t kMaxList = 1 << 20;
constexpr int kDepth = 64;
constexpr int kRounds = 8;

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

Result<void> add_processes(const std::string& directory, int depth, std::set<pid_t>& pids) {
  const Result<std::string> list = sys::read_file(Stage::cgroup_read, directory + "/cgroup.procs", kMaxList);
  if (!list.ok()) return list.error().err == ENOENT || list.error().err == ENODEV ? Result<void>() : list.error();
  for (const std::string& word : cgroup::split_words(list.value(), "\n")) {
    pid_t pid = 0;
    std::from_chars(word.data(), word.data() + word.size(), pid);
    if (pid > 0) pids.insert(pid);
  }
  const std::unique_ptr<DIR, CloseDir> dir(::opendir(directory.c_str()));
  if (!dir || depth == kDepth) return {};
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string name = entry->d_name;
    if (entry->d_type == DT_DIR && name != "." && name != "..") KEELSON_TRY(add_processes(directory + "/" + name, depth + 1, pids));
  }
  return {};
}

}  // namespace

Result<std::vector<pid_t>> group_processes(const cgroup::Cgroup& group) {
  std::set<pid_t> pids;
  // v1: every hierarchy has them all.
  if (!group.controllers().empty()) KEELSON_TRY(add_processes(group.controllers().front().path, 0, pids));
  return std::vector<pid_t>(pids.begin(), pids.end());
}

Result<void> signal_group(const cgroup::Cgroup& group, int signal) {
  std::set<pid_t> reached;
  for (int round = 0; round < kRounds; ++round) {
    bool found = false;
    for (const pid_t pid : KEELSON_TRY(group_processes(group))) {
      if (!reached.insert(pid).second) continue;
      const sys::UniqueFd pidfd(sys::pidfd_open(pid));
      if (pidfd && sys::pidfd_send_signal(pidfd.get(), signal) == 0) found = true;
    }
    if (!found) return {};
  }
  return {};
}

}  // namespace keelson::runtime
