#include "proc/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <climits>

#include "sec/privileges.h"
#include "sys/fs.h"
#include "sys/syscalls.h"
#include "sys/unique_fd.h"

namespace keelson::proc {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

constexpr int kCannotRun = 127;
// Of what a hook writes to standard error, the end is told.
constexpr off_t kToldBytes = 512;
constexpr off_t kMostBytes = 1 << 20;

unsigned seconds_of(const spec::Hook& hook) { return hook.timeout != 0 ? hook.timeout : kHookSeconds; }

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (const std::string& one : strings) all.push_back(const_cast<char*>(one.c_str()));
  all.push_back(nullptr);
  return all;
}

// A file rather than a pipe: nobody has to read or write beside the wait.
Result<UniqueFd> file_in_memory(const char* name, const std::string& text) {
  UniqueFd file(::memfd_create(name, MFD_CLOEXEC));
  if (!file) return os_error(Stage::proc_hook, "cannot make a file in memory");
  KEELSON_TRY(sys::write_all(Stage::proc_hook, file.get(), text, name));
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return os_error(Stage::proc_hook, "cannot rewind a file in memory");
  return file;
}

std::string last_words(int file) {
  const off_t end = ::lseek(file, 0, SEEK_END);
  if (end <= 0 || end > kMostBytes) return "";
  char bytes[kToldBytes];
  const ssize_t got = ::pread(file, bytes, sizeof bytes, end > kToldBytes ? end - kToldBytes : 0);
  std::string words(bytes, got > 0 ? static_cast<size_t>(got) : 0);
  while (!words.empty() && words.back() == '\n') words.pop_back();
  return words.empty() ? "" : ": " + words;
}

[[noreturn]] void become_hook(const spec::Hook& hook, int input, int errors) {
  const std::vector<std::string> words = hook.args.empty() ? std::vector<std::string>{hook.path} : hook.args;
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(hook.env);
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  (void)sec::reset_signals();
  const bool ready = ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(null >= 0 ? null : errors, STDOUT_FILENO) >= 0 && ::dup2(errors, STDERR_FILENO) >= 0 &&
                     sys::close_range(STDERR_FILENO + 1, UINT_MAX, 0) == 0;
  if (ready) ::execve(hook.path.c_str(), argv.data(), envp.data());
  ::_exit(kCannotRun);
}

// Whether it ended in time.
Result<bool> wait_for_end(int pidfd, unsigned seconds) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const int64_t deadline = (now.tv_sec + int64_t{seconds}) * 1000 + now.tv_nsec / 1'000'000;
  for (;;) {
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const int64_t left = deadline - now.tv_sec * 1000 - now.tv_nsec / 1'000'000;
    if (left <= 0) return false;
    pollfd ended{pidfd, POLLIN, 0};
    const int got = ::poll(&ended, 1, static_cast<int>(left < INT_MAX ? left : INT_MAX));
    if (got > 0) return true;
    if (got < 0 && errno != EINTR) return os_error(Stage::proc_hook, "cannot wait for a hook");
  }
}

Result<void> run_hook(const std::string& name, const spec::Hook& hook, const std::string& state) {
  const UniqueFd input = KEELSON_TRY(file_in_memory("state", state));
  const UniqueFd errors = KEELSON_TRY(file_in_memory("errors", ""));
  int pidfd_number = -1;
  clone_args args{};
  args.flags = CLONE_PIDFD;
  args.pidfd = reinterpret_cast<uint64_t>(&pidfd_number);
  args.exit_signal = SIGCHLD;
  const pid_t pid = sys::clone3(args);
  if (pid < 0) return os_error(Stage::proc_hook, "cannot start the " + name);
  if (pid == 0) become_hook(hook, input.get(), errors.get());
  const UniqueFd pidfd(pidfd_number);
  const Result<bool> ended = wait_for_end(pidfd.get(), seconds_of(hook));
  if (!ended.ok() || !ended.value()) (void)sys::pidfd_send_signal(pidfd.get(), SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended.ok()) return ended.error();
  if (!ended.value()) return Error{Stage::proc_hook, ETIMEDOUT, "the " + name + " took more than " + std::to_string(seconds_of(hook)) + " s"};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  const std::string how = WIFEXITED(status) ? "exit status " + std::to_string(WEXITSTATUS(status)) : "signal " + std::to_string(WTERMSIG(status));
  return Error{Stage::proc_hook, ECHILD, "error running the " + name + ": " + how + last_words(errors.get())};
}

}  // namespace

unsigned hook_seconds(const std::vector<spec::Hook>& hooks) {
  unsigned all = 0;
  for (const spec::Hook& hook : hooks) all += seconds_of(hook);
  return all;
}

Result<void> run_hooks(const char* kind, const std::vector<spec::Hook>& hooks, const std::string& state) {
  for (size_t at = 0; at < hooks.size(); ++at)
    KEELSON_TRY(run_hook(std::string(kind) + " hook #" + std::to_string(at) + " " + hooks[at].path, hooks[at], state));
  return {};
}

}  // namespace keelson::proc
