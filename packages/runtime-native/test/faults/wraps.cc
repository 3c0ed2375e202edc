// Between the program and libc: each wrapped function asks first whether it is to fail.
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>

#include "faults.h"

namespace {

template <class T>
T failure() {
  return static_cast<T>(-1);
}
template <>
DIR* failure<DIR*>() {
  return nullptr;
}
template <>
dirent* failure<dirent*>() {
  return nullptr;
}

// System calls that sys/syscalls.h and others make by number.
const char* name_of(long number) {
  switch (number) {
    case SYS_bpf:
      return "bpf";
    case SYS_capset:
      return "capset";
    case SYS_clone:
      return "clone";
    case SYS_clone3:
      return "clone3";
    case SYS_close_range:
      return "close_range";
    case SYS_fsconfig:
      return "fsconfig";
    case SYS_fsmount:
      return "fsmount";
    case SYS_fsopen:
      return "fsopen";
    case SYS_fspick:
      return "fspick";
    case SYS_mount_setattr:
      return "mount_setattr";
    case SYS_move_mount:
      return "move_mount";
    case SYS_open_tree:
      return "open_tree";
    case SYS_openat2:
      return "openat2";
    case SYS_pidfd_open:
      return "pidfd_open";
    case SYS_pidfd_send_signal:
      return "pidfd_send_signal";
    case SYS_pivot_root:
      return "pivot_root";
    case SYS_rt_sigaction:
      return "rt_sigaction";
    case SYS_seccomp:
      return "seccomp";
    default:
      return "syscall";
  }
}

bool ends_a_child(long number, long signal) { return number == SYS_pidfd_send_signal && signal == SIGKILL; }

}  // namespace

extern "C" {

#define WRAP(result, symbol, parameters, arguments)                                                      \
  result __real_##symbol parameters;                                                                     \
  result __wrap_##symbol parameters;                                                                     \
  result __wrap_##symbol parameters {                                                                    \
    if (keelson::faults::strikes(#symbol, __builtin_return_address(0))) return failure<result>();        \
    return __real_##symbol arguments;                                                                    \
  }
#include "wrapped.inc"
#undef WRAP

long __real_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f) {
  if (!ends_a_child(number, b) && keelson::faults::strikes(name_of(number), __builtin_return_address(0))) return -1;
  if (number != SYS_clone && number != SYS_clone3) return __real_syscall(number, a, b, c, d, e, f);
  const int child = keelson::faults::next_child();
  const long pid = __real_syscall(number, a, b, c, d, e, f);
  if (pid == 0) keelson::faults::begin_child(child);
  return pid;
}

}  // extern "C"
