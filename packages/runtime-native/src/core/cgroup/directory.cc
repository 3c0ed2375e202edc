#include "cgroup/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "cgroup/hierarchy.h"
#include "sys/fs.h"
#include "sys/syscalls.h"

namespace keelson::cgroup {
namespace {

using sys::Stage;

// A container that makes groups of its own (systemd in it) stays far below both.
constexpr int depth_limit = 64;
constexpr size_t children_limit = 65536;

// Waits of 1, 2, 4 … 64 ms and then 64 ms each: five seconds in all.
constexpr int remove_attempts = 85;
constexpr long longest_wait_ms = 64;
// Other reasons, a lack of memory or descriptors, may be gone the next moment; nobody comes later to try again.
constexpr int other_attempts = 4;

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

sys::Result<std::vector<std::string>> child_groups(const std::string& path) {
  std::vector<std::string> children;
  std::unique_ptr<DIR, CloseDir> dir(::opendir(path.c_str()));
  if (!dir) {
    if (errno == ENOENT) return children;
    return sys::os_error(Stage::cgroup_destroy, "cannot list " + path);
  }
  while (const dirent* entry = ::readdir(dir.get())) {
    std::string name = entry->d_name;
    if (entry->d_type != DT_DIR || name == "." || name == "..") continue;
    if (children.size() == children_limit) break;
    children.push_back(path + "/" + name);
  }
  return children;
}

// The first processes of the group: a round kills these, the next one sees the others.
std::vector<pid_t> some_processes(const std::string& path) {
  std::vector<pid_t> pids;
  sys::UniqueFd fd(::open((path + "/cgroup.procs").c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return pids;
  char bytes[4096];
  ssize_t got = ::read(fd.get(), bytes, sizeof bytes);
  if (got <= 0) return pids;
  for (const std::string& word : split_words(std::string_view(bytes, static_cast<size_t>(got)), "\n")) {
    pid_t pid = 0;
    std::from_chars(word.data(), word.data() + word.size(), pid);
    // 0 is a process that our pid namespace does not show; kill(0) would be ourselves.
    if (pid > 1) pids.push_back(pid);
  }
  return pids;
}

// A pid may be used again between reading and killing: the pidfd is taken first, and the signal is sent only when the
// group lists the pid once more, so that the pidfd cannot mean a process from elsewhere.
void kill_processes(const std::string& path) {
  std::vector<std::pair<pid_t, sys::UniqueFd>> held;
  for (pid_t pid : some_processes(path)) {
    sys::UniqueFd pidfd(sys::pidfd_open(pid));
    if (pidfd) held.emplace_back(pid, std::move(pidfd));
  }
  if (held.empty()) return;
  std::vector<pid_t> still = some_processes(path);
  for (const auto& [pid, pidfd] : held) {
    if (std::find(still.begin(), still.end(), pid) != still.end()) sys::pidfd_send_signal(pidfd.get(), SIGKILL);
  }
}

// cgroup.kill (Linux 5.14, v2 only) takes the whole tree at once, fork bombs included.
void kill_group(const std::string& path) {
  if (!sys::write_value(Stage::cgroup_destroy, path + "/cgroup.kill", "1").ok()) kill_processes(path);
}

sys::Result<void> remove_tree(const std::string& path, int depth) {
  if (depth > depth_limit) return sys::Error{Stage::cgroup_destroy, ELOOP, path + " has too many levels of groups"};
  kill_group(path);
  for (const std::string& child : KEELSON_TRY(child_groups(path))) KEELSON_TRY(remove_tree(child, depth + 1));
  if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return {};
  return sys::os_error(Stage::cgroup_destroy, "cannot remove " + path);
}

// Open to all to walk through, whatever our umask is: mounting a cgroup namespace looks its root up with the rights of the container's user.
bool make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0) return false;
  if (::chmod(path.c_str(), 0755) == 0) return true;
  const int reason = errno;
  ::rmdir(path.c_str());
  errno = reason;
  return false;
}

}  // namespace

sys::Result<void> make_parent(const std::string& path) {
  if (make_directory(path) || errno == EEXIST) return {};
  return sys::os_error(Stage::cgroup_create, "cannot create " + path);
}

sys::Result<sys::UniqueFd> make_leaf(const std::string& path) {
  if (!make_directory(path)) {
    if (errno != EEXIST) return sys::os_error(Stage::cgroup_create, "cannot create " + path);
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT) {
      return sys::os_error(Stage::cgroup_create, "cannot replace " + path);
    }
    if (!make_directory(path)) return sys::os_error(Stage::cgroup_create, "cannot create " + path);
  }
  return sys::open_path(Stage::cgroup_create, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

sys::Result<void> kill_and_remove(const std::string& path) {
  long wait_ms = 1;
  for (int attempt = 1;; ++attempt) {
    sys::Result<void> removed = remove_tree(path, 0);
    // EBUSY: a killed process is still on its way out. No hierarchy of v1 has an event for the last one's end.
    if (removed.ok() || attempt == (removed.error().err == EBUSY ? remove_attempts : other_attempts)) return removed;
    timespec pause{0, wait_ms * 1'000'000};
    ::nanosleep(&pause, nullptr);
    wait_ms = std::min(wait_ms * 2, longest_wait_ms);
  }
}

}  // namespace keelson::cgroup
