#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstring>

#include "proc/console.h"
#include "sys/fs.h"
#include "sys/syscalls.h"

namespace keelson::runtime {
namespace {

using sys::Error;
using sys::os_error;
using sys::Result;
using sys::Stage;
using sys::UniqueFd;

constexpr char kName[] = "/dev/ptmx";

// Our own terminal passes every byte on while the container's does the editing.
class RawTerminal {
 public:
  RawTerminal() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios raw = before_;
    ::cfmakeraw(&raw);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  ~RawTerminal() {
    if (changed_) (void)::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }

 private:
  termios before_{};
  bool changed_ = false;
};

void copy_size(int master) {
  winsize size{};
  if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) (void)proc::resize_console(master, size.ws_row, size.ws_col);
}

// Whether there may be more.
bool pass_on(int from, int to) {
  char bytes[16384];
  const ssize_t got = ::read(from, bytes, sizeof bytes);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  // EIO: nobody has the inner side open any more (pty(7)).
  if (got <= 0) return false;
  return sys::write_all(Stage::proc_stdio, to, std::string_view(bytes, static_cast<size_t>(got)), "a stream").ok();
}

Result<UniqueFd> take_signals() {
  sigset_t all;
  ::sigfillset(&all);
  if (::sigprocmask(SIG_SETMASK, &all, nullptr) != 0) return os_error(Stage::proc_signal, "cannot hold signals back");
  UniqueFd signals(::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return os_error(Stage::proc_signal, "cannot receive signals");
  return signals;
}

void hand_on_signal(int signals, const proc::StartedProcess& process) {
  signalfd_siginfo info{};
  if (::read(signals, &info, sizeof info) != sizeof info) return;
  const int signal = static_cast<int>(info.ssi_signo);
  if (signal == SIGCHLD) return;
  if (signal == SIGWINCH && process.console) return copy_size(process.console.get());
  (void)sys::pidfd_send_signal(process.pidfd.get(), signal);
}

Result<int> reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return os_error(Stage::proc_state, "cannot wait for the process");
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// What it wrote before its end is still in the terminal.
void drain(int master) {
  pollfd waiting{master, POLLIN, 0};
  while (::poll(&waiting, 1, 0) > 0 && (waiting.revents & POLLIN) != 0 && pass_on(master, STDOUT_FILENO)) {
  }
}

Result<void> serve(const proc::StartedProcess& process, int signals) {
  const int master = process.console ? process.console.get() : -1;
  pollfd waiting[] = {{process.pidfd.get(), POLLIN, 0}, {signals, POLLIN, 0}, {master, POLLIN, 0}, {master >= 0 ? STDIN_FILENO : -1, POLLIN, 0}};
  for (;;) {
    if (::poll(waiting, std::size(waiting), -1) < 0) {
      if (errno == EINTR) continue;
      return os_error(Stage::proc_stdio, "cannot wait for the process");
    }
    if (waiting[1].revents != 0) hand_on_signal(signals, process);
    if (waiting[2].revents != 0 && !pass_on(master, STDOUT_FILENO)) waiting[2].fd = -1;
    if (waiting[3].revents != 0 && !pass_on(STDIN_FILENO, master)) waiting[3].fd = -1;
    if (waiting[0].revents != 0) return {};
  }
}

}  // namespace

Result<void> send_console(const std::string& path, int master) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Error{Stage::proc_console, ENAMETOOLONG, "the console socket " + path + " has too long a name"};
  std::memcpy(address.sun_path, path.data(), path.size());
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return os_error(Stage::proc_console, "cannot open a socket");
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return os_error(Stage::proc_console, "cannot connect to the console socket " + path);
  iovec name{const_cast<char*>(kName), sizeof kName - 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &name;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(rights), &master, sizeof master);
  if (::sendmsg(socket.get(), &message, MSG_NOSIGNAL) < 0) return os_error(Stage::proc_console, "cannot send the terminal to " + path);
  return {};
}

Result<int> attend(const proc::StartedProcess& process) {
  const UniqueFd signals = KEELSON_TRY(take_signals());
  if (!process.console) {
    KEELSON_TRY(serve(process, signals.get()));
    return reap(process.pid);
  }
  const RawTerminal raw;
  copy_size(process.console.get());
  KEELSON_TRY(serve(process, signals.get()));
  drain(process.console.get());
  return reap(process.pid);
}

}  // namespace keelson::runtime
