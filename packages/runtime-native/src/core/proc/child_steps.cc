#include "proc/child_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "proc/console.h"
#include "proc/home.h"
#include "sec/capabilities.h"
#include "sec/privileges.h"
#include "sec/seccomp.h"
#include "sec/verify.h"
#include "sys/fs.h"

namespace keelson::proc {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;

namespace {

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& one : strings) pointers.push_back(const_cast<char*>(one.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::string_view value_of(const std::vector<std::string>& env, std::string_view name) {
  for (const std::string& one : env)
    if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=') return std::string_view(one).substr(name.size() + 1);
  return {};
}

// execve(2) of a directory says EACCES, which would read as a lack of permission.
Error exec_error(const std::string& file, int err) {
  struct stat status {};
  if (err == EACCES && ::stat(file.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    return os_error(Stage::exec, "cannot run " + file, EISDIR);
  return os_error(Stage::exec, "cannot run " + file, err);
}

// Like execvp(3), but in the PATH of the container and without handing files of unknown format to a shell. A file that is found and cannot be
// run is told rather than the ENOENT of a later directory.
Error execute(const spec::Process& process, const std::vector<std::string>& env) {
  const std::vector<char*> argv = c_strings(process.args);
  const std::vector<char*> envp = c_strings(env);
  const std::string& name = process.args.front();
  if (name.find('/') != std::string::npos) {
    ::execve(name.c_str(), argv.data(), envp.data());
    return exec_error(name, errno);
  }
  Error told = os_error(Stage::exec, "cannot find " + name + " in the PATH of the container", ENOENT);
  std::string_view rest = value_of(process.env, "PATH");
  while (!rest.empty()) {
    const size_t colon = rest.find(':');
    const std::string_view directory = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    const std::string file = (directory.empty() ? "." : std::string(directory)) + "/" + name;
    ::execve(file.c_str(), argv.data(), envp.data());
    if (errno != ENOENT && errno != ENOTDIR && told.err == ENOENT) told = exec_error(file, errno);
  }
  return told;
}

bool may_run(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return false;
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return false;
  }
  return ::faccessat(AT_FDCWD, file.c_str(), X_OK, AT_EACCESS) == 0;
}

// As execute() will find it, while it can still be told to who creates the container.
Result<void> find_program(const spec::Process& process) {
  const std::string& name = process.args.front();
  if (name.find('/') != std::string::npos) {
    if (may_run(name)) return {};
    return os_error(Stage::exec, "cannot run " + name, errno);
  }
  Error told = os_error(Stage::exec, "cannot find " + name + " in the PATH of the container", ENOENT);
  std::string_view rest = value_of(process.env, "PATH");
  while (!rest.empty()) {
    const size_t colon = rest.find(':');
    const std::string_view directory = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    const std::string file = (directory.empty() ? "." : std::string(directory)) + "/" + name;
    if (may_run(file)) return {};
    if (errno != ENOENT && errno != ENOTDIR && told.err == ENOENT) told = os_error(Stage::exec, "cannot run " + file, errno);
  }
  return told;
}

// The parent hears the end of the stream and knows that all is well; from then on we answer to who opens the gate.
Result<void> wait_at_gate(int gate, Channel& channel) {
  channel.close();
  sys::UniqueFd opener(::accept4(gate, nullptr, nullptr, SOCK_CLOEXEC));
  if (!opener) return os_error(Stage::proc_sync, "cannot wait for the start");
  channel = Channel(std::move(opener));
  return {};
}

// Without its supervisor nobody would read the container's output or note its exit, so it goes too (prctl(2), PR_SET_PDEATHSIG). Set after the
// last change of identity, which clears it. `getppid` is 0 in a new pid namespace in either case, so the race with a parent that has just died
// is closed by the channel instead: its send or receive fails.
Result<void> die_with_parent() {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return os_error(Stage::proc_signal, "cannot ask for the signal of the parent's death");
  return {};
}

Result<void> prepare_workload(const Workload& workload, Channel& channel) {
  const spec::Process& process = workload.process;
  const std::vector<sock_filter>& filter = workload.filter;
  KEELSON_TRY(sec::reset_signals(process.hold_signals));
  // While still root of the namespace: later the right is gone.
  KEELSON_TRY(sec::drop_bounding(process.capabilities));
  // Without no_new_privs only CAP_SYS_ADMIN of the namespace may load a filter, so it comes before that goes.
  if (!process.no_new_privileges && !filter.empty()) KEELSON_TRY(sec::apply_seccomp(filter));
  KEELSON_TRY(sec::apply_user(process.user));
  // After the user change: the workload's own rights decide whether it may be there.
  if (::chdir(process.cwd.c_str()) != 0) return os_error(Stage::proc_cwd, "cannot enter the working directory " + process.cwd);
  KEELSON_TRY(sec::verify_directory(process.cwd));
  KEELSON_TRY(sec::apply_capabilities(process.capabilities));
  KEELSON_TRY(sec::verify_rlimits(process.rlimits));
  if (workload.handover == nullptr) KEELSON_TRY(die_with_parent());
  if (workload.handover != nullptr && workload.handover->gate >= 0) {
    KEELSON_TRY(find_program(process));
    KEELSON_TRY(wait_at_gate(workload.handover->gate, channel));
  }
  if (workload.before_exec) KEELSON_TRY(workload.before_exec());
  KEELSON_TRY(sec::close_files_on_exec(workload.handover != nullptr ? workload.handover->kept_files : 0));
  KEELSON_TRY(sec::apply_apparmor(process.apparmor_profile));
  if (process.no_new_privileges) KEELSON_TRY(sec::apply_no_new_privs());
  // Last: from here on only what the profile allows.
  if (process.no_new_privileges && !filter.empty()) KEELSON_TRY(sec::apply_seccomp(filter));
  if (!filter.empty()) KEELSON_TRY(sec::verify_seccomp());
  return {};
}

Result<void> adopt_streams(ChildIo io) {
  const std::pair<const sys::UniqueFd&, int> streams[] = {{io.in, STDIN_FILENO}, {io.out, STDOUT_FILENO}, {io.err, STDERR_FILENO}};
  for (const auto& [end, stream] : streams)
    if (::dup2(end.get(), stream) < 0) return os_error(Stage::proc_stdio, "cannot set up standard stream " + std::to_string(stream));
  return {};
}

}  // namespace

Result<void> forbid_tracing() {
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return os_error(Stage::proc_signal, "cannot forbid others to trace the start");
  return {};
}

Result<void> join_cgroup(const std::vector<int>& task_files) {
  for (int file : task_files)
    if (::write(file, "0", 1) != 1) return os_error(Stage::cgroup_join, "cannot join the container's group");
  return {};
}

Result<void> adopt_stdio(const Channel& channel, const spec::Process& process, ChildIo io) {
  if (!process.terminal) return adopt_streams(std::move(io));
  sys::UniqueFd devpts = KEELSON_TRY(sys::open_path(Stage::proc_console, "/dev/pts", O_RDONLY | O_DIRECTORY));
  Console console = KEELSON_TRY(open_console(devpts.get(), process));
  KEELSON_TRY(channel.send(MessageKind::console, console.master.get()));
  return adopt_console(std::move(console.slave));
}

Error become_workload(const Workload& workload, Channel& channel) {
  std::vector<std::string> env = workload.process.env;
  // Callers of the OCI command line leave it to the runtime.
  if (workload.handover != nullptr && value_of(env, "HOME").empty()) env.push_back("HOME=" + home_of(workload.process.user.uid));
  const Result<void> prepared = prepare_workload(workload, channel);
  if (!prepared.ok()) return prepared.error();
  return execute(workload.process, env);
}

void fail(const Channel& channel, const Error& error) {
  (void)channel.send_error(error);
  ::_exit(1);
}

}  // namespace keelson::proc
