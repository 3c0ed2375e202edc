#include "spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <sys/mount.h>
#include <unistd.h>

#include <map>
#include <mutex>

#include "mount/detached.h"
#include "sys/fs.h"
#include "sys/scope_exit.h"
#include "sys/syscalls.h"

namespace keelson::addon {
namespace {

using sys::Error;
using sys::Result;
using sys::ScopeExit;
using sys::Stage;
using sys::UniqueFd;

constexpr int report_number = 3;
constexpr int program_number = 4;

// posix_spawn(3) and its helpers return the error instead of setting errno.
Result<void> checked(int err, const std::string& what) {
  if (err != 0) return sys::os_error(Stage::fork, what, err);
  return {};
}

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

// Only our end does not block: the supervisor writes its line in one go.
Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return sys::os_error(Stage::fork, "cannot make a pipe for the report");
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  if (::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK) != 0) return sys::os_error(Stage::fork, "cannot set up the report's pipe");
  return pipe;
}

// Node ignores SIGPIPE and blocks signals on its threads; both would be inherited through execve(2).
Result<void> set_attributes(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  KEELSON_TRY(checked(::posix_spawnattr_setsigmask(&attributes, &none), "cannot set the signal mask of a supervisor"));
  KEELSON_TRY(checked(::posix_spawnattr_setsigdefault(&attributes, &all), "cannot set the signals of a supervisor"));
  // A session of its own: signals to the server's process group or terminal are not for the containers.
  const short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID;
  return checked(::posix_spawnattr_setflags(&attributes, flags), "cannot set up a supervisor");
}

// A mount of the program of its own that nobody can write through, whoever gets hold of /proc/PID/exe of a process on its way into a container
// (CVE-2019-5736). Made once: what runs keeps its mount when the descriptor is gone.
Result<int> read_only_program(const std::string& executable) {
  static std::mutex mutex;
  static std::map<std::string, UniqueFd> programs;
  const std::lock_guard<std::mutex> guard(mutex);
  if (const auto known = programs.find(executable); known != programs.end()) return known->second.get();
  mount::MountOptions options;
  options.attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  const Result<UniqueFd> tree = mount::clone_tree(Stage::fork, AT_FDCWD, executable, options);
  if (!tree.ok()) return sys::os_error(Stage::fork, "cannot run " + executable, tree.error().err);
  // Above all numbers that the child's own descriptors take.
  UniqueFd program(::fcntl(tree.value().get(), F_DUPFD_CLOEXEC, program_number + 1));
  if (!program) return sys::os_error(Stage::fork, "cannot hold " + executable);
  return programs.emplace(executable, std::move(program)).first->second.get();
}

// In this order: dup2 onto 3 may overwrite `err`, which has its place by then; what is above goes last.
Result<void> set_actions(posix_spawn_file_actions_t& actions, int err, int report, int program) {
  const std::string what = "cannot set the descriptors of a supervisor";
  KEELSON_TRY(checked(::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0), what));
  KEELSON_TRY(checked(::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0), what));
  KEELSON_TRY(checked(::posix_spawn_file_actions_adddup2(&actions, err, 2), what));
  KEELSON_TRY(checked(::posix_spawn_file_actions_adddup2(&actions, report, report_number), what));
  KEELSON_TRY(checked(::posix_spawn_file_actions_adddup2(&actions, program, program_number), what));
  KEELSON_TRY(checked(::posix_spawn_file_actions_addclosefrom_np(&actions, program_number + 1), what));
  return checked(::posix_spawn_file_actions_addchdir_np(&actions, "/"), what);
}

}  // namespace

Result<Spawned> spawn_supervisor(const std::string& executable, const std::string& bundle) {
  Pipe pipe = KEELSON_TRY(make_pipe());
  const UniqueFd err = KEELSON_TRY(sys::open_path(Stage::fork, bundle + "/supervisor.err",
                                                  O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, 0600));
  const int program = KEELSON_TRY(read_only_program(executable));

  posix_spawnattr_t attributes;
  KEELSON_TRY(checked(::posix_spawnattr_init(&attributes), "cannot set up a supervisor"));
  const ScopeExit free_attributes([&] { ::posix_spawnattr_destroy(&attributes); });
  KEELSON_TRY(set_attributes(attributes));

  posix_spawn_file_actions_t actions;
  KEELSON_TRY(checked(::posix_spawn_file_actions_init(&actions), "cannot set up a supervisor"));
  const ScopeExit free_actions([&] { ::posix_spawn_file_actions_destroy(&actions); });
  KEELSON_TRY(set_actions(actions, err.get(), pipe.write.get(), program));

  std::string number = std::to_string(report_number);
  std::string words[] = {executable, "--bundle", bundle, "--report-fd", number};
  char* argv[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), words[4].data(), nullptr};
  char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {path, nullptr};

  Spawned spawned;
  const std::string mounted = "/proc/self/fd/" + std::to_string(program_number);
  KEELSON_TRY(checked(::posix_spawn(&spawned.pid, mounted.c_str(), &actions, &attributes, argv, environment),
                      "cannot run " + executable));
  spawned.report = std::move(pipe.read);
  // Nobody else waits for our child, so its number is still its own.
  spawned.pidfd.reset(sys::pidfd_open(spawned.pid));
  if (!spawned.pidfd) {
    Error error = sys::os_error(Stage::fork, "cannot get hold of the supervisor");
    ::kill(spawned.pid, SIGKILL);
    ::waitpid(spawned.pid, nullptr, 0);
    return error;
  }
  return spawned;
}

}  // namespace keelson::addon
